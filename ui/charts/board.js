/* Columns of cards, by key: a card that is in another column now glides there. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "board")
  const before = placesOf(node)
  const card = (one) =>
    h("li", { class: "card " + one.tone, "data-key": one.key, vars: toneVars(one.tone) },
      h("div", { class: "line" }, h("span", { class: "what" }, toneSign(one.tone), h("b", {}, one.title)), toneWord(one.tone), one.badge ? h("span", { class: "tag" }, one.badge) : null),
      one.lines.map((words) => h("p", {}, words)))
  put(node, chartHead(data),
    data.columns.length
      ? h("div", { class: "columns", role: "group", "aria-label": data.title, vars: { columns: data.columns.length } },
          data.columns.map((column) =>
            h("div", { class: "column " + column.tone, vars: toneVars(column.tone) },
              h("div", { class: "title" }, toneSign(column.tone), h("b", {}, column.title), toneWord(column.tone), h("span", { class: "count" }, column.count.toLocaleString("en"))),
              column.note ? h("p", { class: "quiet small" }, column.note) : null,
              column.cards.length
                ? h("ul", { "aria-label": column.title }, column.cards.map(card))
                : column.more ? null : h("p", { class: "quiet none" }, "empty"),
              column.more ? h("p", { class: "quiet small rest" }, column.more) : null)))
      : h("p", { class: "empty" }, "Nothing here yet."),
    chartFoot(data))
  glide(node, before)
}
