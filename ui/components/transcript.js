export default function ({ data, parentElement }) {
  const node = root(parentElement, "transcript")
  const rows = data.rows.map((row) =>
    h("tr", { class: (row.time ? "time " : "") + (row.fine ? "" : "off") },
      data.clients ? (row.client ? h("th", { scope: "row" }, row.client) : h("td", {})) : null,
      h("td", { class: "text" }, row.time ? h("span", { class: "quiet" }, `${row.text.slice(1).trim()} pass`) : h("code", {}, row.text)),
      row.reply === null ? null : h("td", { class: "reply" }, row.time ? null : [h("span", { class: "quiet", "aria-hidden": "true" }, "→ "), h("code", {}, row.reply), row.fine ? null : h("span", { class: "small" }, ` expected ${row.expected || "no error"}`)])))
  put(node,
    h("div", { class: "panel", tabindex: "0", role: "region", "aria-label": data.label },
      h("table", {}, h("caption", { class: "ks-spoken" }, data.label), h("tbody", {}, rows))),
    data.server ? h("p", { class: "small quiet server" }, "Run on " + data.server + ".") : null)
}
