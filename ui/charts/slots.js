/* The strip of slots. Marked slots have a label on a pin; where they crowd, in rows; loads hang below it. */
const GAP = 8
const covers = (one, other) => Math.abs(one.at - other.at) > 1 && one.from < other.at && other.at < one.from + one.wide
const touches = (one, other) => one.from - GAP < other.from + other.wide && other.from - GAP < one.from + one.wide

/* A label that lies over another's pin stands above it. It begins at its own pin; where the edge pushes one back
   over the pins before it, the labels of those end there. */
function rowsOf(pins, width) {
  const most = width - 1
  for (const pin of [...pins].reverse()) {
    const others = pins.filter((other) => other !== pin)
    pin.from = Math.max(1, Math.min(pin.at - pin.wide / 2, most - pin.wide))
    if (others.every((other) => Math.abs(other.at - pin.at) > pin.wide / 2 + other.wide + GAP)) continue
    pin.from = Math.max(1, Math.min(pin.at - 1, most - pin.wide))
    const passed = others.filter((other) => other.at > pin.at && other.from < pin.at).map((other) => other.at)
    if (passed.length) pin.from = Math.max(1, Math.min(pin.from, Math.max(Math.min(...passed) - GAP, pin.at + 1) - pin.wide))
  }
  const left = new Set(pins)
  while (left.size) {
    const ready = [...left].find((pin) => [...left].every((other) => other === pin || !covers(pin, other))) || [...left][0]
    left.delete(ready)
    const placed = pins.filter((other) => other !== ready && !left.has(other))
    ready.row = Math.max(-1, ...placed.filter((other) => covers(ready, other)).map((other) => other.row)) + 1
    while (placed.some((other) => other.row === ready.row && touches(ready, other))) ready.row += 1
  }
  return Math.max(-1, ...pins.map((pin) => pin.row)) + 1
}

/* Too many for that: as few rows as they need, pins behind labels. */
function packed(pins, width) {
  const ends = []
  for (const pin of pins) {
    pin.from = Math.max(1, Math.min(pin.at - pin.wide / 2, width - 1 - pin.wide))
    pin.row = ends.findIndex((end) => end <= pin.from)
    if (pin.row < 0) pin.row = ends.length < 8 ? ends.push(0) - 1 : -1
    if (pin.row >= 0) ends[pin.row] = pin.from + pin.wide + GAP
  }
  return ends.length
}

function draw(node, data, width) {
  const left = 7
  const right = width - 7
  const x = (slot) => left + (slot / data.slots) * (right - left)
  const pins = data.pins.map((pin) => {
    const shown = wrapped(pin.label, Math.min(width * 0.6, 260), 1, node, 13)[0]
    return { ...pin, shown, wide: textWidth(shown, node, 13) + (pin.tone === "plain" ? 14 : 32), at: x(pin.slot + 0.5) }
  })
  let deep = rowsOf(pins, width)
  if (deep > 10) deep = packed(pins, width)
  const rest = pins.filter((pin) => pin.row < 0).length
  const head = deep * 25 + (rest ? 20 : 0)
  const top = head + (pins.length ? 20 : 2)
  const tall = 46
  const base = top + tall
  const parts = []
  parts.push(s("rect", { class: "strip", x: left, y: top, width: right - left, height: tall, rx: 4 }))
  for (const one of data.ranges) {
    const from = x(one.first)
    const wide = Math.max(2, x(one.last + 1) - from)
    const vars = { actor: `var(--ks-actor-${one.actor.place})`, ...toneVars(one.tone) }
    const name = wrapped(one.node, wide - 40, 1, node, 14)[0]
    parts.push(s("g", { class: "range", vars },
      s("title", {}, `${one.node}: ${one.first.toLocaleString("en")} to ${one.last.toLocaleString("en")}`),
      s("rect", { x: from + 0.5, y: top, width: Math.max(1, wide - 1), height: tall, rx: 4 }),
      wide > 30 ? badgeAt(one.actor, from + 8, top + 20) : null,
      wide > 70 ? s("text", { class: "node", x: from + 32, y: top + 34 }, name) : null))
    if (data.loads && one.load) {
      const load = 6 + one.share * 60
      parts.push(s("g", { class: "load " + one.tone, vars }, s("rect", { x: from + 3, y: base + 4, width: Math.max(2, wide - 6), height: load - 4, rx: 3 }),
        wide > 54 ? s("text", { x: from + wide / 2, y: base + load + 15, "text-anchor": "middle" }, wrapped(one.load, wide - 4, 1, node, 13)[0]) : null))
    }
  }
  for (const pin of pins) {
    const line = head - 25 * (Math.max(pin.row, 0) + 1)
    const vars = toneVars(pin.tone)
    parts.unshift(s("line", { class: "pin", vars, x1: pin.at, x2: pin.at, y1: pin.row < 0 ? head : line + 20, y2: top }))
    parts.push(s("g", { class: "key", vars }, s("title", {}, pin.says),
      s("path", { class: "tip", d: `M${pin.at - 6} ${top - 9}h12l-6 9z` }),
      s("line", { class: "pin", x1: pin.at, x2: pin.at, y1: top, y2: top + 15 }),
      pin.row < 0 ? null : [
        s("rect", { x: pin.from, y: line, width: pin.wide, height: 21, rx: 5 }),
        pin.tone === "plain" ? null : signAt(pin.tone, pin.from + 6, line + 3, 15),
        s("text", { x: pin.from + (pin.tone === "plain" ? 7 : 25), y: line + 15 }, pin.shown)]))
  }
  if (rest) parts.push(s("text", { class: "when", x: 0, y: 14 }, `and ${plural(rest, "more slot")}, all listed below in words`))
  const foot = base + (data.loads ? 84 : 2)
  const marks = [0, 0.25, 0.5, 0.75, 1].filter((part) => width > 460 || part !== 0.25 && part !== 0.75)
  const ticks = marks.map((part) => s("text", { class: "when", x: x(part * data.slots), y: foot + 16, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle" },
    `${part === 0 ? "slot " : ""}${Math.min(part * data.slots, data.slots - 1).toLocaleString("en")}`))
  return s("svg", { width, height: foot + 22, viewBox: `0 0 ${width} ${foot + 22}`, role: "img", "aria-label": data.text }, parts, ticks)
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "slots")
  const canvas = h("div", { class: "canvas" })
  const list = inWords(node, data)
  put(node, chartHead(data), canvas, chartFoot(data), list)
  node.stop?.()
  node.stop = onWidth(canvas, (width) => put(canvas, draw(node, data, width)))
  return () => node.stop()
}
