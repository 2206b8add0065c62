/* Two columns where there is room; on a phone first the one, then the other. */
const code = (side, index) => {
  const parts = side.lines[index] || []
  return h("code", { vars: { hang: hanging(parts) } }, parts.length ? parts.map(([kind, text]) => (kind ? h("span", { class: "t-" + kind }, text) : text)) : "\u200b")
}
const ONLY = { left: ["−", " only in naive: "], right: ["+", " only in hardened: "], bug: ["!", " bug on purpose: "] }
const cell = (side, index, mark) => {
  if (index === null) return [h("td", { class: "number none" }), h("td", { class: "text none" })]
  if (side.bugs.includes(index)) mark = "bug"
  return [
    h("td", { class: "number", "aria-hidden": "true" }, side.first + index),
    h("td", { class: "text " + mark }, mark ? h("span", { class: "only" }, ONLY[mark][0], spoken(ONLY[mark][1])) : null, code(side, index)),
  ]
}
const columns = (pairs) => h("colgroup", {}, Array.from({ length: pairs }, () => [h("col", { class: "number" }), h("col")]))
const title = (word, side) => h("th", { colspan: 2, scope: "colgroup" }, h("b", {}, word), " ", h("span", { class: "quiet small mono" }, `${side.path}:${side.first}`))
const table = (data, word, heads, pairs, rows) =>
  h("table", {}, h("caption", { class: "ks-spoken" }, `${data.title}: ${word}`), columns(pairs), h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows.map((row) => h("tr", {}, row))))

function draw(data, width) {
  const { left, right, rows, apart } = data
  const wide = width >= 760
  if (wide && !apart)
    return table(data, "naive beside hardened", [title("Naive", left), title("Hardened", right)], 2,
      rows.map(([one, other, same]) => [cell(left, one, same ? "" : "left"), cell(right, other, same ? "" : "right")]))
  const alone = (word, side, at, mark) =>
    table(data, word, title(word, side), 1, rows.filter((row) => row[at] !== null).map((row) => cell(side, row[at], row[2] || apart ? "" : mark)))
  return h("div", { class: wide ? "apart" : "" }, alone("Naive", left, 0, "left"), alone("Hardened", right, 1, "right"))
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "difference")
  const panel = h("div", { class: "panel", tabindex: "0", role: "region", "aria-label": data.title })
  const only = [data.rows.filter((row) => !row[2] && row[0] !== null).length, data.rows.filter((row) => !row[2] && row[1] !== null).length]
  put(node,
    h("div", { class: "head" }, h("h3", {}, data.title),
      data.apart
        ? h("span", { class: "quiet small" }, "Written anew: hardly a line is the same.")
        : h("span", { class: "quiet small" }, h("b", { class: "left-sign" }, "−"), ` ${plural(only[0], "line")} only in naive `, h("b", { class: "right-sign" }, " +"), ` ${plural(only[1], "line")} only in hardened`)),
    panel)
  node.stop?.()
  node.stop = onWidth(panel, (width) => put(panel, draw(data, width)))
  return () => node.stop()
}
