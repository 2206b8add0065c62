/* A table of marks. Many columns: the marks stand below their signs. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "matrix")
  const dense = data.columns.length > 6
  const cell = (one) =>
    h("td", { class: one.tone, vars: toneVars(one.tone) },
      h("span", { class: "mark" }, toneSign(one.tone), h("span", {}, one.mark || "–")), toneWord(one.tone), one.note ? h("span", { class: "note" }, one.note) : null)
  const table = h("div", { class: "scroll" },
    h("table", { "aria-label": data.title, class: dense ? "dense" : "" },
      h("thead", {}, h("tr", {}, data.corner ? h("th", { scope: "col", class: "corner" }, data.corner) : h("td", {}), data.columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, data.rows.map((row) =>
        h("tr", {}, h("th", { scope: "row" }, row.name, row.note ? h("span", { class: "note" }, row.note) : null), row.cells.map(cell))))))
  put(node, chartHead(data), data.rows.length ? table : h("p", { class: "empty" }, "Nothing here yet."), chartFoot(data))
  node.stop?.()
  node.stop = scrolls(table, data.title)
  return () => node.stop()
}
