/* A ledger: columns of numbers stand on the right, the tone of a row is a sign before its first cell. */
const SHORT = 18 // characters that stay on one line, beside their sign
export default function ({ data, parentElement }) {
  const node = root(parentElement, "table")
  const side = (place) => (data.columns[place].number && place ? "number" : "")
  const table = h("div", { class: "scroll" },
    h("table", { "aria-label": data.title },
      h("thead", {}, h("tr", {}, data.columns.map((column, place) => column.name ? h("th", { scope: "col", class: side(place) }, column.name) : h("td", {})))),
      h("tbody", {}, data.rows.map((row) =>
        h("tr", { class: row.tone, vars: toneVars(row.tone) }, row.cells.map((words, place) =>
          place ? h("td", { class: side(place) }, words) : h("th", { scope: "row", class: words.length <= SHORT ? "short" : "" }, toneSign(row.tone), words, toneWord(row.tone))))))))
  put(node, chartHead(data), data.rows.length ? table : h("p", { class: "empty" }, "No rows yet."), chartFoot(data))
  node.stop?.()
  node.stop = scrolls(table, data.title)
  return () => node.stop()
}
