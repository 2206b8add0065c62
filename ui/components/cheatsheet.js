export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "cheatsheet")
  const title = (row) => {
    const link = h("a", { href: `?lesson=${encodeURIComponent(row.slug)}` }, row.cells[0])
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return
      event.preventDefault()
      setTriggerValue("open", row.slug)
    })
    return link
  }
  const cell = (row, text, index) => {
    const label = h("span", { class: "label", "aria-hidden": "true" }, data.columns[index])
    if (index === 0) return h("th", { scope: "row" }, title(row))
    if (index === 3) return h("td", {}, label, text, " ", h("span", { class: "sources small" }, row.sources.map((one, place) => h("a", { href: one.url, target: "_blank", rel: "noreferrer", title: one.title, "aria-label": "Source: " + one.title }, `[${place + 1}]`))))
    return h("td", { class: index === 2 ? "command" : "" }, label, index === 2 ? h("code", {}, text) : text)
  }
  put(node, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cheat sheet" },
    h("table", {},
      h("thead", {}, h("tr", {}, data.columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, data.rows.map((row) => h("tr", {}, row.cells.map((text, index) => cell(row, text, index))))))))
}
