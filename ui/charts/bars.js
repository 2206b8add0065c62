/* A table of bars from zero; a bar that comes back under its name grows or shrinks to its new length. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "bars")
  const before = new Map([...node.querySelectorAll("[data-bar]")].map((bar) => [bar.dataset.bar, bar.dataset.length]))
  const columns = 3 + (data.shares ? 1 : 0)
  const rows = []
  let group = ""
  for (const bar of data.bars) {
    if (bar.group !== group && bar.group) rows.push(h("tr", { class: "group" }, h("th", { colspan: columns, scope: "colgroup" }, bar.group)))
    group = bar.group
    const name = `${bar.group}\n${bar.name}`
    rows.push(h("tr", { class: bar.tone, vars: toneVars(bar.tone) },
      h("th", { scope: "row" }, toneSign(bar.tone), h("span", { class: "name" }, bar.name), toneWord(bar.tone), bar.note ? h("span", { class: "note" }, bar.note) : null),
      h("td", { class: "bar", "aria-hidden": "true" },
        h("span", { "data-bar": name, "data-length": bar.length, vars: { length: before.get(name) ?? bar.length } }),
        data.limit ? h("i", { vars: { at: data.limit.at } }) : null),
      h("td", { class: "value" }, bar.value),
      data.shares ? h("td", { class: "share quiet" }, bar.share) : null))
  }
  put(node, chartHead(data), data.limit ? h("p", { class: "limit small" }, data.limit.label) : null,
    data.bars.length
      ? h("table", { "aria-label": data.title },
          h("thead", {}, h("tr", {}, h("td", {}), h("td", { class: "bar" }),
            h("th", { scope: "col", class: "value" }, data.unit || spoken("value")), data.shares ? h("th", { scope: "col", class: "share" }, "share") : null)),
          h("tbody", {}, rows))
      : h("p", { class: "empty" }, "Nothing to count yet."),
    chartFoot(data))
  requestAnimationFrame(() => node.querySelectorAll("[data-bar]").forEach((bar) => bar.style.setProperty("--length", bar.dataset.length)))
}
