/* Screen readers are told when the sentence changes; the numbers follow in reading order. */
const tile = (one) =>
  h("div", { class: "tile " + one.tone, vars: { tone: `var(--ks-tone-${one.tone})` } },
    h("dt", {}, one.label),
    h("dd", {},
      h("span", { class: "number" },
        one.tone === "plain" ? null : [sign(one.tone), spoken(TONE_WORDS[one.tone] + ": ")],
        h("b", {}, one.value)),
      one.unit ? h("span", { class: "unit" }, " " + one.unit) : null))

export default function ({ data, parentElement }) {
  const node = root(parentElement, "says")
  if (!node.firstChild) put(node, h("div", { role: "status" }), h("dl"))
  const [live, counts] = node.children
  put(live,
    h("div", { class: "band", vars: { tone: `var(--ks-tone-${data.tone})`, tint: `var(--ks-tint-${data.tone})` } },
      data.tone === "plain" ? null : sign(data.tone),
      h("div", { class: "all" },
        h("p", { class: "sentence" }, data.failed ? h("b", {}, "It failed. ") : data.tone === "plain" ? null : spoken(TONE_WORDS[data.tone] + ": "), data.says),
        h("p", { class: "small quiet" }, h("b", {}, data.label), data.failed ? ` (${data.failed})` : "", ": ", data.cost))))
  counts.hidden = !data.counts.length
  put(counts, data.counts.map(tile))
}
