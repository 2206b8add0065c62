/* A radio group: arrows turn it, as they do everywhere. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "dial")
  const name = data.job + data.server
  if (node.name !== name) Object.assign(node, { name, at: data.here })
  const show = (focus) => {
    const card = data.cards[data.ways[node.at]]
    const was = node.at ? data.ways[node.at - 1] : data.ways[node.at]
    put(node,
      h("h3", {}, data.job),
      h("div", { class: "marks", role: "radiogroup", "aria-label": "Version of Redis" }, data.versions.map((version, index) =>
        h("button", { type: "button", role: "radio", "aria-checked": index === node.at ? "true" : "false", tabindex: index === node.at ? "0" : "-1", class: index && data.ways[index] !== data.ways[index - 1] ? "new" : "",
          on: { click: () => turn(index), keydown: (event) => key(event, index) } },
          h("span", { class: "version" }, version), index === data.here ? h("span", { class: "mine" }, "yours") : data.ways[index] !== data.ways[Math.max(0, index - 1)] ? h("span", { class: "mine" }, "new") : null))),
      h("div", { class: "way", role: "status" },
        h("p", { class: "small quiet" }, card.since === data.versions[0] ? "On every version of the dial" : `From Redis ${card.since} on`, was !== data.ways[node.at] ? ": here it changes." : "."),
        h("p", { class: "title" }, card.title),
        card.command ? h("pre", { tabindex: "0", "aria-label": "The command" }, card.command) : null,
        h("p", {}, card.says),
        card.tried ? h("p", { class: "tried" }, sign(card.tone), " ", card.tried) : null,
        h("p", { class: "small" }, "Source: ", card.sources.map((one, index) => [index ? ", " : "", h("a", { href: one.url, target: "_blank", rel: "noreferrer" }, one.title)]))))
    if (focus) node.querySelector("[aria-checked=true]")?.focus()
  }
  const turn = (index) => {
    node.at = Math.min(Math.max(index, 0), data.versions.length - 1)
    show(true)
  }
  const key = (event, index) => {
    const to = { ArrowRight: index + 1, ArrowUp: index + 1, ArrowLeft: index - 1, ArrowDown: index - 1, Home: 0, End: data.versions.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    turn(to)
  }
  show(false)
}
