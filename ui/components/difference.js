/* Two columns where there is room; on a phone first the one, then the other. */
const code = (side, index) => {
  const parts = side.lines[index] || []
  return h("code", { vars: { hang: hanging(parts) } }, parts.length ? parts.map(([kind, text]) => (kind ? h("span", { class: "t-" + kind }, text) : text)) : "\u200b")
}
const SIGN = { left: "−", right: "+", bug: "!" }
const spokenMark = (side, mark) => (mark === "bug" ? " bug on purpose: " : ` ${side.title} only: `)
const cell = (side, index, mark) => {
  if (index === null) return [h("td", { class: "number none" }), h("td", { class: "text none" })]
  if (side.bugs.includes(index)) mark = "bug"
  return [
    h("td", { class: "number", "aria-hidden": "true" }, side.first + index),
    h("td", { class: "text " + mark }, mark ? h("span", { class: "only" }, SIGN[mark], spoken(spokenMark(side, mark))) : null, code(side, index)),
  ]
}
const columns = (pairs) => h("colgroup", {}, Array.from({ length: pairs }, () => [h("col", { class: "number" }), h("col")]))
const title = (side) => h("th", { colspan: 2, scope: "colgroup" }, h("b", {}, side.title), " ", h("span", { class: "quiet small mono" }, `${side.path}:${side.first}`))
const table = (data, word, heads, pairs, rows) =>
  h("table", {}, h("caption", { class: "ks-spoken" }, `${data.title}: ${word}`), columns(pairs), h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows.map((row) => h("tr", {}, row))))

function draw(data, width) {
  const { left, right, rows, apart } = data
  const wide = width >= 760
  if (wide && !apart)
    return table(data, `${left.title} beside ${right.title}`, [title(left), title(right)], 2,
      rows.map(([one, other, same]) => [cell(left, one, same ? "" : "left"), cell(right, other, same ? "" : "right")]))
  const alone = (side, at, mark) =>
    table(data, side.title, title(side), 1, rows.filter((row) => row[at] !== null).map((row) => cell(side, row[at], row[2] || apart ? "" : mark)))
  return h("div", { class: wide ? "apart" : "" }, alone(left, 0, "left"), alone(right, 1, "right"))
}

const quiet = (...words) => h("span", { class: "quiet small" }, ...words)
function summary({ left, right, rows, apart }) {
  if (rows.every((row) => row[2])) return quiet("The same, line by line.")
  if (apart) return quiet("Written anew: hardly a line is the same.")
  const only = (at) => plural(rows.filter((row) => !row[2] && row[at] !== null).length, "line")
  return quiet(h("b", { class: "left-sign" }, "−"), ` ${left.title} only: ${only(0)} `, h("b", { class: "right-sign" }, " +"), ` ${right.title} only: ${only(1)}`)
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "difference")
  const panel = h("div", { class: "panel", tabindex: "0", role: "region", "aria-label": data.title })
  put(node,
    h("div", { class: "head" }, h("h3", {}, data.title), summary(data)),
    panel)
  node.stop?.()
  node.stop = onWidth(panel, (width) => put(panel, draw(data, width)))
  return () => node.stop()
}
