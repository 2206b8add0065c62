/* A table whose rows keep their identity by name: a row that changes rank glides there. */
export default function ({ data, parentElement }) {
  const node = root(parentElement, "ranking")
  const before = new Map()
  for (const row of node.querySelectorAll("tbody tr[data-name]"))
    before.set(row.dataset.name, { top: row.getBoundingClientRect().top, rank: Number(row.dataset.rank), share: row.dataset.share })
  const known = before.size > 0

  const rows = data.rows.map((row) => {
    const old = before.get(row.name)
    const moved = old ? old.rank - row.rank : 0
    const news = !known ? null : !old ? "new" : moved > 0 ? `up ${moved}` : moved < 0 ? `down ${-moved}` : null
    return h(
      "tr",
      { "data-name": row.name, "data-rank": row.rank, "data-share": row.share, class: row.marked ? "marked" : "" },
      h("td", { class: "rank" }, row.rank),
      h(
        "th",
        { scope: "row" },
        h("span", { class: "name" }, row.name),
        row.marked ? spoken(" (highlighted)") : null,
        news ? h("span", { class: "tag move " + news.split(" ")[0] }, news) : null,
        row.note ? h("span", { class: "note" }, row.note) : null,
      ),
      h("td", { class: "bar", "aria-hidden": "true" }, h("span", { vars: { share: old ? old.share : row.share } })),
      h("td", { class: "points" }, row.points),
    )
  })
  const body = rows.length
    ? rows
    : [h("tr", {}, h("td", { colspan: 4, class: "quiet empty" }, "Nobody has a score yet."))]
  put(node, 
    h(
      "table",
      {},
      h("caption", {}, data.title),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, "#"), h("th", { scope: "col" }, "Name"), h("td", {}), h("th", { scope: "col", class: "points" }, data.unit)),
      ),
      h("tbody", {}, body),
    ),
  )

  rows.forEach((row, index) => {
    const old = before.get(row.dataset.name)
    const bar = row.querySelector(".bar span")
    if (old && !calm()) {
      const shift = old.top - row.getBoundingClientRect().top
      if (shift) {
        row.classList.add("gliding")
        row.animate([{ transform: `translateY(${shift}px)` }, { transform: "none" }], { duration: 650, easing: "cubic-bezier(.2,.8,.2,1)" })
          .finished.then(() => row.classList.remove("gliding"), () => {})
      }
    } else if (known && !old && !calm()) {
      row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 450 })
    }
    requestAnimationFrame(() => bar && bar.style.setProperty("--share", data.rows[index].share))
  })
}
