/* A scene over the whole window. Every key is one event; keys that come while the server draws wait their turn.
   Nothing is below the fold: type shrinks to a floor, panels show what fits and say how much they leave out. */
const FLOOR = 0.87
const RACE_STATUS = { running: "next", blocked: "waits", done: "done", raised: "error", crashed: "crashed", held: "at its limit" }
const VERDICT = { proved: "proved", violated: "violated", bounded: "bounded", nondeterministic: "not deterministic", unsupported: "not explorable" }

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "stage")
  node.classList.toggle("projector", data.projector)
  document.documentElement.classList.toggle("ks-projector", data.projector)
  if (node.here !== data.deck + "/" + data.room) Object.assign(node, { here: data.deck + "/" + data.room, queue: [], over: "", digits: "", chosen: 1 })
  if (node.number !== data.number) { node.number = data.number; node.chosen = 1 }
  node.busy = 0
  const send = (asked) => { node.busy = Date.now(); setTriggerValue("act", { ...asked, at: Date.now() }) }
  const overlay = (name) => { node.over = node.over === name ? "" : name; node.digits = ""; draw() }

  /* --- what is drawn --- */
  const line = (parts) => h("code", { vars: { hang: hanging(parts) } }, parts.length ? parts.map((part) => h("span", { class: part[0] ? "t-" + part[0] : null }, part[1])) : " ")
  const panel = (title, small, rows, name) =>
    h("section", { class: "panel fits " + name, "aria-label": title },
      h("div", { class: "bar" }, h("b", {}, title), small ? h("span", { class: "quiet" }, small) : null),
      h("div", { class: "rows" }, rows, h("p", { class: "left-out quiet", hidden: true })))
  const file = (path) => path.split("/").slice(-2).join("/")
  const codePanel = (piece) => {
    const marked = Object.keys(piece.marks).map((one) => Number(one) - piece.first)
    const active = new Set(marked)
    return panel(piece.name || file(piece.path), file(piece.path), piece.lines.map((parts, index) => {
      const marks = piece.marks[piece.first + index] || []
      return h("div", { class: "row code" + (active.has(index) ? " active" : "") + (piece.talk?.includes(index) ? " talk" : ""), vars: marks.length ? { actor: `var(--ks-actor-${marks[0].place})` } : {} }, line(parts))
    }), "code-panel")
  }
  const logPanel = () =>
    panel("Sent to Redis", plural(data.log_total, "command") + (data.log_total > data.log.length ? `, the first ${data.log.length}` : ""), data.log.map((one) =>
      h("div", { class: "row log" + (one.bad ? " bad" : "") }, badge(one), h("div", {}, h("code", { class: "sent" }, one.text), h("code", { class: "reply" }, "→ ", one.reply)))), "log-panel")
  const result = () => data.result &&
    h("section", { class: "result " + data.result.tone, role: "status", vars: { tone: `var(--ks-tone-${data.result.tone})`, tint: `var(--ks-tint-${data.result.tone})` } },
      sign(data.result.tone), h("div", {}, h("p", { class: "says shrinks", "data-most": 6.6 }, spoken(TONE_WORDS[data.result.tone] || ""), data.result.says),
        h("p", { class: "counts" }, data.result.counts.slice(0, 4).map((one) => h("span", {}, h("b", {}, one.value), " ", one.unit, " ", h("span", { class: "quiet" }, one.label))), data.result.cost ? h("span", { class: "quiet" }, data.result.cost) : null)))
  const hands = () => data.hands.length > 0 &&
    h("section", { class: "hands", "aria-label": "Show of hands" }, data.hands.map((one) =>
      h("div", { class: "hand" + (one.right === true ? " right" : one.right === false ? " wrong" : "") },
        h("kbd", {}, one.key), h("span", { class: "what" }, one.label), h("b", {}, one.count), one.right === null ? null : [sign(one.right ? "good" : "bad"), spoken(one.right ? "This was it" : "Not this")])))
  const columns = (...kids) => h("div", { class: "columns n" + kids.filter(Boolean).length }, kids)

  const race = () => {
    const run = data.race.run, verdict = data.race.verdict
    const told = verdict && h("section", { class: "verdict", role: "status", vars: { verdict: `var(--ks-verdict-${verdict.status}, var(--ks-quiet))` } }, h("b", {}, VERDICT[verdict.status]), " ", h("span", {}, verdict.says))
    if (!run) return [told]
    const column = (one) => h("section", { class: "client fits " + one.status + (node.chosen === one.number ? " chosen" : ""), vars: { actor: `var(--ks-actor-${one.place})` }, "aria-label": one.name },
      h("div", { class: "bar" }, badge(one), h("b", {}, one.name), h("kbd", {}, one.number), h("span", { class: "quiet" }, RACE_STATUS[one.status] || one.status)),
      h("p", { class: "next" }, one.next ? h("code", {}, one.next) : one.status === "crashed" ? "Stopped for good." : ["returned ", h("code", {}, one.result)]),
      h("div", { class: "rows" }, one.code.lines.map((parts, index) => h("div", { class: "row code" + (index === one.code.line ? " active" : "") }, line(parts))), h("p", { class: "left-out quiet", hidden: true })))
    const server = h("section", { class: "client server fits", "aria-label": "The keys of the server" },
      h("div", { class: "bar" }, h("b", {}, "Redis")),
      h("div", { class: "rows" }, run.keys.length ? null : h("p", { class: "row quiet" }, "No key."), run.keys.map((row) => h("div", { class: "row key" + (row.what ? " changed" : "") + (row.gone ? " gone" : "") },
        h("div", {}, h("code", {}, row.key), row.what ? h("span", { class: "what" }, " ", row.what) : null),
        row.value.slice(0, 6).map((part) => h("div", { class: "part" }, part[0] ? [h("code", { class: "quiet" }, part[0]), " "] : null, h("code", {}, part[1]))))),
        h("p", { class: "left-out quiet", hidden: true })))
    const strip = h("nav", { class: "strip", "aria-label": "The schedule so far" }, run.strip.length ? null : h("span", { class: "quiet" }, "Shout a number: who goes first?"),
      run.strip.slice(-12).map((one) => h("span", { class: "moment", title: one.says }, one.time ? h("b", {}, "time") : badge(one), one.event === "step" ? one.says.split(" ")[0] : one.event)), run.strip.length > 12 ? h("span", { class: "quiet" }, `${run.strip.length - 12} before`) : null)
    const wrong = run.wrong && h("p", { class: "wrong shrinks", role: "status", "data-most": 3.4 }, sign("bad"), " ", run.wrong)
    const kept = run.over && !run.wrong && h("p", { class: "kept", role: "status" }, sign("plain"), " This run ends here with the promise kept. That is one order, not a proof.")
    return [told, strip, wrong || kept || null, h("div", { class: "columns n" + (run.clients.length + 1) }, run.clients.slice(0, 1).map(column), server, run.clients.slice(1).map(column))]
  }
  const parts = { data, hands, result, columns, panel, codePanel }
  const body = () => {
    if (data.points.length) return sayPoints(parts)
    if (data.sum) return saySum(parts)
    if (data.keys) return sayKeys(parts)
    if (data.dial) return sayVersion(parts)
    if (data.choice) return askRoom(parts)
    if (data.race) return [hands(), race()]
    if (data.pair) return columns(...data.pair.map((one) => panel(one.title, file(one.path), one.lines.map((parts, index) => h("div", { class: "row code" + (one.changed.includes(index) ? " changed" : "") }, line(parts))), "code-panel")))
    if (data.kind === "question") return data.answer ? h("p", { class: "answer shrinks", role: "status", "data-most": 20 }, data.answer) : null
    if (data.kind === "fact") return [result(), data.answer ? h("p", { class: "quiet source" }, "Source: ", data.answer) : null]
    if (data.result) {
      const picture = data.picture && !data.code_first
      return [data.picture > 1 ? null : [hands(), result()], picture ? h("h2", { class: "ks-spoken" }, "As a picture") : null, columns(picture ? h("div", { class: "slot", "aria-hidden": "true" }) : data.code.length ? codePanel(data.code[0]) : null, data.log_total ? logPanel() : picture && data.code.length ? codePanel(data.code[0]) : null)]
    }
    return [hands(), data.typed ? h("p", { class: "typed quiet" }, "With ", data.typed) : null, data.code.length ? columns(...data.code.slice(0, 2).map(codePanel)) : null]
  }
  const keys = [["→ PageDown space", "next scene"], ["← PageUp", "back"], ["Enter", "run, or show the result"], ["r", "the scene from its beginning"], ["g 12 Enter", "go to scene 12"], ["o", "list of scenes"], ["k", "code instead of the picture"], ["m", "the next picture, with Shift the last"], ["a b … d", "a hand more, with Shift one fewer"],
    ["1 2 3", "race: this client's next command"], ["c l q", "race: crash, lose reply, lose request"], ["t u", "race: time jump, undo"], ["p", "projector colours"], ["n", "window with notes"], ["? Esc", "these keys, and away"]]
  const over = () => {
    if (node.over === "list") return h("div", { class: "over", role: "dialog", "aria-label": "Scenes" }, h("b", {}, "Scenes: type g and a number, or choose"), h("ol", { class: "list" }, data.scenes.map((one, index) => h("li", {}, h("button", { type: "button", "aria-current": index + 1 === data.number ? "true" : null, on: { click: () => { node.over = ""; send({ do: "to", scene: index + 1 }) } } }, h("span", { class: "quiet" }, index + 1), " ", one)))))
    if (node.over === "help") return h("div", { class: "over", role: "dialog", "aria-label": "Keys" }, h("dl", {}, keys.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))), h("p", { class: "quiet" }, "In the log, now is the start of the run: the real clock cannot be reset. Chance is seeded, keys and schedule begin the same each time."))
    if (node.over === "jump") return h("div", { class: "over small-over", role: "dialog", "aria-label": "Go to scene" }, "Go to scene ", h("b", {}, node.digits || "…"))
    return null
  }

  function draw() {
    node.fit = null
    put(node,
      h("header", {},
        h("p", { class: "kicker quiet" }, data.deck_title),
        h("h1", { class: "shrinks", "data-most": data.kind === "title" ? 9 : 4.4 }, data.title),
        data.line ? h("p", { class: "line shrinks", "data-most": data.kind === "words" || data.kind === "title" ? 14 : 5.2 }, data.line) : null),
      h("div", { class: "body" }, body()),
      h("footer", {},
        h("span", { class: "progress" }, `${data.number} / ${data.total}`),
        h("span", { class: "said", role: "status" }, node.waiting || data.says || data.note || ""),
        h("span", { class: "cue code-cue" }, h("kbd", {}, "k"), " code"),
        data.pictures > 1 && !data.code_first ? h("span", { class: "cue" }, h("kbd", {}, "m"), ` picture ${data.picture} of ${data.pictures}`) : null,
        data.cue ? h("span", { class: "cue" }, h("kbd", {}, "Enter"), " ", data.cue) : null,
        h("span", { class: "quiet" }, h("kbd", {}, "?"), " keys")),
      over())
    node.className = `ks ks-stage kind-${data.kind}${data.projector ? " projector" : ""}`
    fitAll(node)
  }

  /* --- keys --- */
  const act = (key, shift) => {
    const low = key.length === 1 ? key.toLowerCase() : key
    if (node.over === "jump") {
      if (/^\d$/.test(key)) { node.digits = (node.digits + key).slice(-3); return draw() }
      const wanted = Number(node.digits)
      if (key === "Enter" && wanted) { node.over = ""; return send({ do: "to", scene: wanted }) }
      node.over = ""
      return draw()
    }
    if (node.over && (key === "Escape" || key === "Enter" || low === "o" || key === "?")) { node.over = ""; return draw() }
    if (["ArrowRight", "PageDown", "ArrowDown"].includes(key) || (key === " " && !shift)) return send({ do: "to", scene: data.number + 1 })
    if (["ArrowLeft", "PageUp", "ArrowUp"].includes(key) || (key === " " && shift)) return send({ do: "to", scene: data.number - 1 })
    if (key === "Home") return send({ do: "to", scene: 1 })
    if (key === "End") return send({ do: "to", scene: data.total })
    if (key === "Enter") { if (data.cue) { node.waiting = "Running …"; draw(); send({ do: "run" }) } return }
    if (low === "g") return overlay("jump")
    if (low === "o") return overlay("list")
    if (key === "?") return overlay("help")
    if (low === "r") return send({ do: "reset" })
    if (low === "k") return send({ do: "code" })
    if (low === "m") return send({ do: "picture", by: shift || key !== low ? -1 : 1 })
    if (low === "p") return send({ do: "projector" })
    if (low === "n") return window.open(`?notes=${encodeURIComponent(data.deck)}&room=${encodeURIComponent(data.room)}`, "keyspace-notes-" + data.room, "popup,width=1000,height=760")
    if (data.race && /^[1-9]$/.test(key)) { node.chosen = Number(key); return send({ do: "race", code: key, chosen: node.chosen }) }
    if (data.race && /^[clqtu]$/.test(low)) return send({ do: "race", code: low, chosen: node.chosen })
    const option = "abcdef".indexOf(low)
    if (option >= 0 && option < data.hands.length) return send({ do: "hand", option, by: shift || key !== low ? -1 : 1 })
  }
  const press = (key, shift) => {
    if (node.busy && Date.now() - node.busy < 15000) node.queue.push([key, shift])
    else act(key, shift)
  }
  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const inside = event.composedPath()[0]
    if (inside.closest && inside.closest("input, textarea, select, [contenteditable]")) return
    if (inside.closest && inside.closest(".over button") && (event.key === "Enter" || event.key === " " || event.key === "Tab")) return
    if (event.key.length > 1 && !/^(Arrow|Page|Home|End|Enter|Escape)/.test(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    press(event.key, event.shiftKey)
  }
  if (node.heard) window.removeEventListener("keydown", node.heard, true)
  node.heard = heard
  window.addEventListener("keydown", heard, true)

  /* --- the window with the notes --- */
  if (!node.channel) node.channel = new BroadcastChannel("keyspace/" + data.deck + "/" + data.room)
  node.channel.onmessage = (event) => event.data && event.data.key && press(String(event.data.key), Boolean(event.data.shift))
  node.channel.postMessage({ moved: Date.now() })

  node.waiting = ""
  draw()
  for (const later of node.laters || []) clearTimeout(later)
  node.laters = [60, 150, 300, 500, 800, 1200, 1800, 2500].map((ms) => setTimeout(() => place(node), ms))
  if (!node.watch) { node.watch = new ResizeObserver(() => fitAll(node)); node.watch.observe(node); document.fonts?.ready.then(() => fitAll(node)) }
  while (node.queue.length && !node.busy) act(...node.queue.shift())
  return () => {
    window.removeEventListener("keydown", heard, true)
    node.watch?.disconnect()
    node.watch = null
    node.channel?.close()
    node.channel = null
    document.documentElement.classList.remove("ks-projector")
  }
}

const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize)

/* Type shrinks until it fits the height it may take, never below what a back row can read. */
function shrink(text) {
  text.style.fontSize = ""
  text.classList.remove("cut")
  const most = Number(text.dataset.most) * rem()
  let size = parseFloat(getComputedStyle(text).fontSize)
  const least = FLOOR * rem()
  while (text.scrollHeight > most + 1 && size > least) {
    size = Math.max(size * 0.95, least)
    text.style.fontSize = size + "px"
  }
  text.style.maxHeight = most + "px"
  text.classList.toggle("cut", text.scrollHeight > most + 1)
}

/* A panel shows the rows that fit, from the first that matters, and says how many it leaves out. */
function fitPanel(box) {
  const rows = box.querySelector(".rows")
  if (!rows) return
  const all = [...rows.children].filter((one) => !one.classList.contains("left-out"))
  const note = rows.querySelector(".left-out")
  for (const one of all) one.hidden = false
  note.hidden = true
  if (rows.scrollHeight <= rows.clientHeight + 1) return
  note.hidden = false
  note.textContent = "… 000 lines above, 000 below"
  const everything = [...all]
  for (const one of everything) if (one.classList.contains("talk")) { one.hidden = true; all.splice(all.indexOf(one), 1) }
  const silent = everything.length - all.length
  const room = rows.clientHeight - note.offsetHeight
  const heights = all.map((one) => one.offsetHeight)
  const ends = (from) => { let used = 0, to = from; while (to < all.length && used + heights[to] <= room) used += heights[to++]; return to }
  let from = 0
  const first = all.findIndex((one) => one.classList.contains("active") || one.classList.contains("changed"))
  if (first > 0 && ends(0) <= first) from = Math.max(0, first - 2)
  const to = Math.max(ends(from), from + 1)
  all.forEach((one, index) => { one.hidden = index < from || index >= to })
  const hidden = all.length - (to - from) + silent
  const noun = box.classList.contains("log-panel") ? "command" : box.classList.contains("server") ? "key" : "line"
  note.textContent = from ? `… ${plural(from, noun)} above, ${all.length - to} below` : `… ${plural(hidden, "more " + noun)}`
}

function fitAll(node) {
  if (!node.isConnected) return
  node.querySelectorAll(".shrinks").forEach(shrink)
  node.querySelectorAll(".grows").forEach(grow)
  node.querySelectorAll(".fits").forEach(fitPanel)
  place(node)
}

/* Texts below each other take the largest type in which all of them fit, never below what a back row can read. */
function grow(box) {
  const least = Number(box.dataset.least) * rem()
  let size = Number(box.dataset.most) * rem()
  box.classList.remove("cut")
  box.style.fontSize = size + "px"
  while (box.scrollHeight > box.clientHeight + 1 && size > least) {
    size = Math.max(size * 0.97, least)
    box.style.fontSize = size + "px"
  }
  box.classList.toggle("cut", box.scrollHeight > box.clientHeight + 1)
}

/* The picture is a component of its own; it is laid over the place that the scene keeps for it. Where it is too
   tall it first takes the place of the code beside it, then loses its note, and is scaled down last. What is drawn
   is drawn anew a moment after its size has changed, so that a drawing takes one of these steps at a time. */
const LEAST = 0.35
function place(node) {
  const slot = document.querySelector(".st-key-ks-slot")
  if (!slot) return
  const hole = node.querySelector(".slot")
  slot.style.visibility = hole && !node.over ? "visible" : "hidden"
  if (!hole) return
  const fit = (node.fit ||= { wide: false, bare: false, zoom: 1 })
  const widens = hole.parentElement.querySelector(".code-panel") && !hole.parentElement.querySelector(".log-panel")
  const apply = () => {
    hole.parentElement.classList.toggle("wide", fit.wide)
    const at = hole.getBoundingClientRect()
    Object.assign(slot.style, { left: at.left + "px", top: at.top + "px", width: at.width + "px", height: at.height + "px" })
    for (const kid of slot.children) kid.style.zoom = fit.zoom
    for (const note of within(slot, ".below, .note")) note.hidden = fit.bare
  }
  apply()
  const drawings = within(slot, ".canvas")
  if (enlarge(slot, drawings)) return
  const over = () => {
    const room = slot.getBoundingClientRect()
    return Math.max(...within(slot, ".ks").map((one) => one.getBoundingClientRect().bottom)) - room.top - room.height - 1
  }
  const step = (change) => {
    Object.assign(fit, change)
    apply()
    return drawings.length > 0 || over() <= 0
  }
  if (over() <= 0) return
  if (widens && !fit.wide && step({ wide: true })) return
  if (!fit.bare && step({ bare: true })) return
  if (drawings.length) {
    const room = slot.clientHeight
    return step({ zoom: Math.max(LEAST, fit.zoom * Math.min(0.97, Math.max(0.75, room / (room + over())))) })
  }
  let most = fit.zoom
  for (let least = LEAST, tries = 0; tries < 8; tries++) {
    step({ zoom: (least + most) / 2 })
    if (over() > 0) most = fit.zoom
    else least = fit.zoom
    if (tries === 7) step({ zoom: least })
  }
}

/* What matches in the components of the slot: each has a shadow root. */
const within = (slot, what) => [...slot.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? [...one.shadowRoot.querySelectorAll(what)] : []))

/* A drawing has its letters in pixels: it is enlarged until the smallest are as large as the stage's own. What
   says the same in words is left out; the drawing has it as its name. Whether anything was to be done. */
const SMALLEST_LETTER = 12.5
function enlarge(slot, drawings) {
  const by = Math.max(1, (FLOOR * rem()) / SMALLEST_LETTER)
  for (const words of within(slot, "details.words")) words.hidden = true
  const small = drawings.filter((one) => Math.abs(Number(one.style.zoom) - by) > 0.01)
  for (const one of small) one.style.zoom = by
  return small.length > 0
}
