export default function ({ data, parentElement }) {
  const node = root(parentElement, "sums")
  if (!node.firstChild) put(node, h("div", { role: "status" }))
  put(node.firstChild,
    h("ol", { class: "lines", "aria-label": "The sum, line by line" }, data.lines.map((one) =>
      h("li", {}, h("span", { class: "says" }, one.says), h("span", { class: "equals", "aria-hidden": "true" }, "="), h("b", { class: "result" }, spoken(" is "), one.result)))),
    h("p", { class: "means", vars: { tone: `var(--ks-tone-${data.tone})`, tint: `var(--ks-tint-${data.tone})` } }, sign(data.tone), spoken(TONE_WORDS[data.tone] + ": "), h("span", {}, data.means)))
}
