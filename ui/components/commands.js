/* A table of commands. With two to four actors each can have a column of its own; with more, filter by actor.
   A line's source button shows that line in the code panel (event "keyspace:line"). */
const FIRST = 60
const NARROW = 640 // Names in a column of their own would take a third; they stand above what was sent.

function show(row) {
  window.dispatchEvent(new CustomEvent("keyspace:line", { detail: { path: row.path, line: row.line } }))
}

function reply(row) {
  if (row.error) return h("span", { class: "reply error" }, sign("bad"), spoken("error: "), " ", row.error)
  if (row.pushed) return h("span", { class: "reply quiet" }, "pushed by the server")
  return h("span", { class: "reply mono" }, spoken("reply: "), row.reply === "" ? "…" : row.reply)
}

function command(row, who) {
  return h("div", { class: "command" },
    who ? h("span", { class: "who" }, who) : null,
    h("span", { class: "mono text" }, h("b", {}, row.name), row.args ? " " + row.args : ""),
    row.script ? h("span", { class: "script small" }, row.script) : null,
    reply(row),
    row.source ? h("button", { type: "button", class: "source small", title: row.source, on: { click: () => show(row) } }, row.short) : null)
}

function rowsOf(node, data) {
  const chosen = data.rows.filter((row) => !node.only || row.actor === node.only)
  const lanes = node.view === "lanes" && node.wide && !node.only && data.actors.length > 1 && data.actors.length <= 4
  const shown = node.all ? chosen : chosen.slice(0, FIRST)
  const actors = new Map(data.actors.map((actor) => [actor.name, actor]))
  const above = !lanes && node.narrow && data.actors.length > 1
  const width = lanes ? data.actors.length + 2 : above ? 3 : 4
  const lines = shown.flatMap((row) => {
    const actor = actors.get(row.actor)
    const who = [badge(actor), data.actors.length > 1 ? h("span", { class: "who-name" }, row.actor) : spoken(row.actor)]
    const classes = [row.grouped ? "grouped" : "", row.error ? "failed" : ""].join(" ")
    const opening = row.opens ? h("tr", { class: "opens" }, h("td", {}), h("td", { colspan: width - 1, class: "small" }, badge(actor), " ", row.opens)) : null
    const number = h("td", { class: "number small" }, row.number)
    const time = h("td", { class: "ms small" }, row.ms, h("span", { class: "unit" }, " ms"))
    const cells = lanes
      ? data.actors.map((one) => h("td", { class: one.name === row.actor ? "mine" : "other", vars: { actor: `var(--ks-actor-${one.place})` } }, one.name === row.actor ? command(row) : null))
      : above ? h("td", {}, command(row, who)) : [h("td", { class: "who" }, who), h("td", {}, command(row))]
    return [opening, h("tr", { class: classes, vars: { actor: `var(--ks-actor-${actor.place})` } }, number, cells, time)]
  })
  const heads = lanes
    ? data.actors.map((one) => h("th", { scope: "col" }, badge(one), " ", one.name))
    : above ? h("th", { scope: "col" }, "Who, command and reply") : [h("th", { scope: "col" }, "Who"), h("th", { scope: "col" }, "Command and reply")]
  return h("table", { class: lanes ? "lanes" : "" },
    h("caption", { class: "ks-spoken" }, "Commands in the order they were sent"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, "#"), heads, h("th", { scope: "col", class: "ms" }, "Took"))),
    h("tbody", {}, lines.length ? lines : h("tr", {}, h("td", { colspan: width, class: "quiet empty" }, "No command was sent."))),
    chosen.length > shown.length ? h("tfoot", {}, h("tr", {}, h("td", { colspan: width },
      h("button", { type: "button", class: "chip", on: { click: () => { node.all = true; paint(node, data) } } }, `Show all ${chosen.length}`)))) : null)
}

/* As many chips are a row; more are a list to choose from. */
const FEW = 6

function paint(node, data) {
  const several = data.actors.length > 1
  const press = (on, label, action, name) => h("button", { type: "button", class: "chip", "aria-pressed": String(on), "aria-label": name, on: { click: () => { action(); paint(node, data) } } }, label)
  const filters = several && data.actors.length <= FEW
    ? h("div", { class: "filters", role: "group", "aria-label": "Show the commands of" },
        press(!node.only, "Everybody", () => (node.only = "")),
        data.actors.map((one) => press(node.only === one.name, [badge(one), `${one.name} (${one.count})`], () => (node.only = node.only === one.name ? "" : one.name))))
    : null
  const pick = several && data.actors.length > FEW
    ? h("label", { class: "filters" }, "Commands of ",
        h("select", { on: { change: (event) => { node.only = event.target.value; paint(node, data) } } },
          h("option", { value: "" }, `everybody (${data.actors.length} clients)`),
          data.actors.map((one) => h("option", { value: one.name, selected: node.only === one.name }, `${one.name} (${one.count})`))))
    : null
  const views = several && data.actors.length <= 4 && node.wide && !node.only
    ? h("div", { class: "filters", role: "group", "aria-label": "Layout" }, press(node.view === "lanes", "Side by side", () => (node.view = "lanes")), press(node.view !== "lanes", "One list", () => (node.view = "list")))
    : null
  const trips = data.round_trips ? ` in ${plural(data.round_trips, "round trip")}` : ""
  put(node, 
    h("div", { class: "head" }, h("h3", {}, "Commands"), h("span", { class: "quiet small" }, plural(data.total, "command") + trips)),
    filters || pick || views ? h("div", { class: "bar" }, filters, pick, views) : null,
    h("div", { class: "panel scroll", tabindex: "0", role: "region", "aria-label": data.label }, rowsOf(node, data)),
    data.left_out ? h("p", { class: "quiet small" }, `${data.left_out.toLocaleString("en")} more were sent and are not listed.`) : null,
  )
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "commands")
  const fit = (width) => {
    const was = [node.wide, node.narrow].join()
    node.wide = width >= 150 + data.actors.length * 190
    node.narrow = width < NARROW
    return was !== [node.wide, node.narrow].join()
  }
  node.only = data.actors.some((one) => one.name === node.only) ? node.only : ""
  node.all = false
  node.view ??= "lanes"
  fit(node.getBoundingClientRect().width)
  paint(node, data)
  node.stop?.()
  node.stop = onWidth(node, (width) => fit(width) && paint(node, data))
  return () => node.stop()
}
