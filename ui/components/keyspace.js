/* One reading, running down. Keys can be opened; what the learner opened stays open. */
const deadline = (node, row) => (row.ttl === null || row.ttl === undefined ? null : node.base + row.ttl)

function element(row) {
  const [left, right] = row.columns
  const pairs = left !== ""
  const lines = row.value.map(([name, value, mark, was]) =>
    h("tr", { class: mark },
      pairs ? h("th", { scope: "row", class: "mono" }, h("span", {}, name)) : null,
      right || !pairs ? h("td", { class: "mono" }, was ? [h("del", {}, was), h("span", { class: "into" }, " becomes ")] : null, value) : null,
      h("td", { class: "word" }, mark)))
  return [
    h("table", { class: "value" },
      h("caption", { class: "ks-spoken" }, "Value of " + row.key),
      pairs ? h("thead", {}, h("tr", {}, h("th", { scope: "col" }, left), right ? h("th", { scope: "col" }, right) : null, h("td", {}))) : null,
      h("tbody", {}, lines)),
    row.more ? h("p", { class: "quiet small" }, `and ${row.more.toLocaleString("en")} more`) : null,
  ]
}

/* How a key changed. What its rows say too, once they are open, is a detail; what happened to its TTL is not. */
function changed(row) {
  if (!row.says) return null
  const [, values, lives] = /^(.*?)((?:^|; )TTL .*)?$/s.exec(row.says)
  const twice = row.what === "changed" && !row.more && !row.brief
  return [h("span", { class: twice ? "detail" : "" }, values ? ": " + values : ""), lives ? (values ? lives : ": " + lives) : null]
}

function line(node, row) {
  const end = deadline(node, row)
  if (end !== null) node.full.set(row.key, Math.max(row.ttl, node.full.get(row.key) || 0))
  const open = node.opened.has(row.key) ? node.opened.get(row.key) : Boolean(row.what) && !row.gone && !row.brief && row.value.length <= 12 && node.auto-- > 0
  const id = "v" + node.rows++
  const button = h("button", { type: "button", "aria-expanded": String(open), "aria-controls": id }, h("span", { class: "turn", "aria-hidden": "true" }), h("span", { class: "mono key" }, row.key))
  const value = h("tr", { class: "inside", id, hidden: !open }, h("td", { colspan: 2 }, element(row)))
  button.addEventListener("click", () => {
    const now = value.hidden
    value.hidden = !now
    button.setAttribute("aria-expanded", String(now))
    node.opened.set(row.key, now)
  })
  const time = h("span", { class: "left" })
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span"))
  const ttl = h("td", { class: "ttl" }, row.gone ? null : end === null ? h("span", { class: "quiet" }, "no TTL") : [time, bar])
  const main = h("tr", { class: ["main", row.gone ? "gone" : "", row.what ? "touched" : ""].join(" ") },
    h("th", { scope: "row" }, button,
      h("span", { class: "about small quiet" }, h("span", { class: "type" }, row.type), row.brief ? h("span", { class: "mono brief" }, row.brief) : h("span", {}, row.size)),
      row.what ? h("span", { class: "change small" }, h("b", {}, row.what), changed(row)) : null),
    ttl)
  if (end !== null) node.ticking.push({ row, end, time, bar: bar.firstChild, main })
  return [main, value]
}

function tick(node) {
  const now = performance.now()
  for (const one of node.ticking) {
    const left = one.end - now
    const over = left <= 0
    const text = over ? "expired" : duration(left)
    if (one.time.textContent !== text) one.time.textContent = text
    one.bar.style.setProperty("--share", Math.max(0, Math.min(1, left / node.full.get(one.row.key))))
    one.main.classList.toggle("over", over)
    one.main.classList.toggle("soon", !over && left < 5000)
  }
}

/* With many keys: all that the last run touched, then the first others. */
const MOST = 12
function beyond(rows) {
  if (rows.length <= MOST + 2) return []
  const touched = rows.filter((row) => row.what).slice(0, MOST)
  const room = Math.max(4, MOST - touched.length)
  return rows.filter((row) => !touched.includes(row)).slice(room)
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "keyspace")
  draw(node, data)
  return () => clearInterval(node.timer)
}

function draw(node, data) {
  node.opened ??= new Map()
  node.full ??= new Map()
  if (node.reading !== data.reading) {
    node.reading = data.reading
    node.base = performance.now() - data.age * 1000
  }
  node.ticking = []
  node.rows = 0
  node.auto = 3
  const rest = node.all ? [] : beyond(data.rows)
  const lines = data.rows.filter((row) => !rest.includes(row)).map((row) => line(node, row))
  const live = data.rows.filter((row) => !row.gone).length
  put(node, 
    h("div", { class: "head" }, h("h3", {}, data.title), h("span", { class: "quiet small" }, plural(live, "key"))),
    h("div", { class: "panel" },
      h("table", { class: "keys" },
        h("caption", { class: "ks-spoken" }, `${data.title}: keys, what they hold, and how long they live`),
        h("colgroup", {}, h("col"), h("col", { class: "ttl" })),
        h("thead", { class: "ks-spoken" }, h("tr", {}, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "Lives for"))),
        h("tbody", {}, lines.length ? lines : h("tr", {}, h("td", { class: "quiet empty" }, "Empty: there is no key at the moment."))))),
    rest.length ? h("p", { class: "small" }, h("button", { type: "button", class: "chip", on: { click: () => { node.all = true; draw(node, data) } } }, `Show ${plural(rest.length, "more key")}`)) : null,
    data.left_out ? h("p", { class: "quiet small" }, `and ${data.left_out.toLocaleString("en")} more keys`) : null,
  )
  tick(node)
  clearInterval(node.timer)
  node.timer = node.ticking.length ? setInterval(() => tick(node), 100) : 0
}
