/* A JSON document, a line a path; a changed line shows what it was and what it is. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "tree")
  const line = (one) => one.gap ? h("li", { class: "gap" }, h("span", { class: "flag" }), h("span", { class: "quiet small" }, `… ${plural(one.gap, "line")}`)) :
    h("li", { class: `${one.changed ? one.tone + " changed" : ""} ${one.inner ? "inner" : ""}`, vars: { ...toneVars(one.changed ? one.tone : "plain"), depth: one.depth }, title: one.path },
      h("span", { class: "flag" }, one.changed ? sign(one.tone) : null),
      h("code", {}, h("span", { class: "name" }, one.name), " ",
        one.before ? [h("del", {}, spoken("was "), one.before), " ", one.gone ? null : h("span", { class: "to", "aria-hidden": "true" }, "→ ")] : null,
        one.gone ? h("span", { class: "tag" }, "removed") : h("span", { class: one.changed ? "now" : one.inner ? "quiet" : "value" }, one.before ? spoken("now ") : null, one.value),
        one.added ? h("span", { class: "tag" }, "new") : null),
      one.changed ? toneWord(one.tone) : null,
      one.note ? h("span", { class: "note" }, one.note) : null)
  put(node, chartHead(data),
    data.empty ? h("p", { class: "empty" }, "No document.") : h("ul", { "aria-label": data.title }, data.lines.map(line)), chartFoot(data))
}
