/* Pieces of real files. A line that sent commands shows who sent them and how many. */
function who(marks, where) {
  return marks.map((mark) => h("span", { class: "mark", title: `${mark.name} sent ${plural(mark.count, "command")} from ${where}` }, badge(mark), mark.count > 1 ? "×" + mark.count.toLocaleString("en") : ""))
}
const MOST = 4
function crowd(marks, where) {
  if (marks.length <= MOST) return who(marks, where)
  const total = marks.reduce((sum, mark) => sum + mark.count, 0)
  return [who(marks.slice(0, 2), where), h("span", { class: "mark quiet", title: `${marks.length} clients sent ${total} commands from ${where}` }, `${marks.length} clients, ×${total.toLocaleString("en")}`)]
}

function piece(one, open) {
  const body = one.lines.map((parts, index) => {
    const number = one.first + index
    const marks = one.marks[number] || []
    return h("tr", { class: marks.length ? "active" : "", "data-line": number, vars: marks.length ? { actor: `var(--ks-actor-${marks[0].place})` } : {} },
      h("td", { class: "number", "aria-hidden": "true" }, number),
      h("td", { class: "text" }, h("code", { vars: { hang: hanging(parts) } }, parts.length ? parts.map(([kind, text]) => (kind ? h("span", { class: "t-" + kind }, text) : text)) : "\u200b")),
      h("td", { class: "marks" }, marks.length ? [spoken("ran: " + marks.map((mark) => `${mark.name} ${mark.count} times`).join(", ")), h("span", { "aria-hidden": "true" }, crowd(marks, `line ${number}`))] : null))
  })
  return h("details", { class: "piece", open, "data-path": `${one.path}:${one.first}`, "data-file": one.path },
    h("summary", {}, h("span", { class: "file" }, h("b", { class: "mono" }, one.name || one.path.split("/").pop()), " ", h("span", { class: "quiet small mono" }, `${one.path}:${one.first}`)),
      one.ran.length ? h("span", { class: "ran small" }, "ran inside Redis ", crowd(one.ran, "this script")) : null),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Code of " + (one.name || one.path) },
      h("table", {}, h("caption", { class: "ks-spoken" }, `Source of ${one.name || one.path}`), h("tbody", {}, body))))
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "code")
  const was = new Map([...node.querySelectorAll("details")].map((one) => [one.dataset.path, one.open]))
  let room = data.room
  const pieces = data.pieces.map((one) => {
    const open = was.get(`${one.path}:${one.first}`) ?? room > 0
    room -= one.lines.length
    return piece(one, open)
  })
  put(node, h("div", { class: "head" }, h("h3", {}, data.title)), h("div", { class: "panel" }, pieces))
  if (node.listener) window.removeEventListener("keyspace:line", node.listener)
  node.listener = (event) => {
    for (const one of node.querySelectorAll(".piece")) {
      const row = one.dataset.file === event.detail.path && one.querySelector(`[data-line="${Number(event.detail.line)}"]`)
      if (!row) continue
      one.open = true
      for (const other of node.querySelectorAll(".pointed")) other.classList.remove("pointed")
      row.classList.add("pointed")
      row.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" })
    }
  }
  window.addEventListener("keyspace:line", node.listener)
  return () => window.removeEventListener("keyspace:line", node.listener)
}
