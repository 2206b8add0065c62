/* The three words are never blurred: proved, violated, bounded. */
const WORDS = { proved: "Proved.", violated: "Violated.", bounded: "Bounded, not proved.", nondeterministic: "Not deterministic.", unsupported: "Not explorable." }

export default function ({ data, parentElement }) {
  const node = root(parentElement, "proof")
  if (!node.firstChild) put(node, h("div", { role: "status" }), h("div", {}))
  const [live, story] = node.children
  put(live,
    h("section", { class: "verdict " + data.status, vars: { verdict: `var(--ks-verdict-${data.status}, var(--ks-quiet))` } },
      h("p", { class: "headline" }, h("span", { class: "word" }, WORDS[data.status] || data.status), " ", data.says),
      h("p", { class: "small quiet" }, data.covers),
      h("dl", {}, data.numbers.map((one) => h("div", {}, h("dt", {}, one.label), h("dd", {}, one.value))))))
  put(story, data.story.length
    ? [h("h3", {}, "The shortest way to break it"),
       h("ol", { class: "story" }, data.story.map((one) => h("li", {}, badge(one), h("span", {}, coded(one.says))))),
       h("p", { class: "wrong" }, sign("bad"), h("b", {}, data.wrong))]
    : null)
}
