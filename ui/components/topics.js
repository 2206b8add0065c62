/* A table that says in words what its colours say; every cell is a link to the questions it is about. */
const SEEN = (days) => (days === 0 ? "last asked today" : `last asked ${plural(days, "day")} ago`)
export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "topics")
  const cell = (row, one, topic) => {
    const href = `?quiz=${encodeURIComponent(row.pattern)}&topic=${encodeURIComponent(topic)}`
    const asked = one.questions > 0
    const more = asked ? [`${one.right} of ${one.questions} right`, one.recall === null ? "" : `recall ${one.recall}\u00a0%`, SEEN(one.days)].filter(Boolean) : []
    const link = h("a", { href, title: [`${row.name}, ${topic}: ${one.word}`, ...more].join(", ") },
      asked ? [h("b", {}, sign(one.tone), one.word), h("span", {}, `${one.right} of ${one.questions}`), one.recall === null ? null : h("span", { class: "recall" }, `recall ${one.recall}\u00a0%`)]
        : [h("span", { "aria-hidden": "true" }, "·"), spoken("not asked")])
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return
      event.preventDefault()
      setTriggerValue("go", { pattern: row.pattern, topic })
    })
    return h("td", { class: asked ? one.tone : "none" }, link)
  }
  put(node,
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Weak topics" },
      h("table", {}, h("caption", { class: "ks-spoken" }, "How each topic of each pattern stands"),
        h("thead", {}, h("tr", {}, h("td", {}), data.topics.map((topic) => h("th", { scope: "col" }, topic)))),
        h("tbody", {}, data.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), row.cells.map((one, place) => cell(row, one, data.topics[place]))))))),
    h("p", { class: "quiet small" }, "Each question counts with its last answer. Weak: under 60 % right. Shaky: under 85 %. Fading: right, but its predicted recall is under 80 % by now. A dot: not asked yet. A cell leads to its questions."))
}
