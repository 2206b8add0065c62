/* The strip of slots. Keys stand above it on pins; where they crowd, in rows; loads hang below it. */
function draw(node, data, width) {
  const left = 7
  const right = width - 7
  const x = (slot) => left + (slot / data.slots) * (right - left)
  const ends = []
  let rest = 0
  const pins = data.keys.map((key) => {
    const label = key.value ? `${key.name}: ${key.value}` : key.name
    const shown = wrapped(label, Math.min(width * 0.6, 260), 1, node, 13)[0]
    const wide = textWidth(shown, node, 13) + (key.tone === "plain" ? 8 : 26)
    const at = x(key.slot + 0.5)
    const from = Math.min(Math.max(at - wide / 2, 0), width - wide)
    let row = ends.findIndex((end) => end <= from)
    if (row < 0) row = ends.length < 8 ? ends.push(0) - 1 : -1
    if (row < 0) rest += 1
    else ends[row] = from + wide + 10
    return { key, shown, wide, at, from, row }
  })
  const head = ends.length * 25 + (rest ? 20 : 0)
  const top = head + (data.keys.length ? 20 : 2)
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
      const deep = 6 + one.share * 60
      parts.push(s("g", { class: "load " + one.tone, vars }, s("rect", { x: from + 3, y: base + 4, width: Math.max(2, wide - 6), height: deep - 4, rx: 3 }),
        wide > 54 ? s("text", { x: from + wide / 2, y: base + deep + 15, "text-anchor": "middle" }, wrapped(one.load, wide - 4, 1, node, 13)[0]) : null))
    }
  }
  for (const pin of pins) {
    const line = head - 25 * (Math.max(pin.row, 0) + 1)
    const vars = toneVars(pin.key.tone)
    parts.unshift(s("line", { class: "pin", vars, x1: pin.at, x2: pin.at, y1: pin.row < 0 ? head : line + 20, y2: top }))
    parts.push(s("g", { class: "key", vars }, s("title", {}, `${pin.key.name}: slot ${pin.key.slot.toLocaleString("en")}`),
      s("path", { class: "tip", d: `M${pin.at - 6} ${top - 9}h12l-6 9z` }),
      s("line", { class: "pin", x1: pin.at, x2: pin.at, y1: top, y2: top + 15 }),
      pin.row < 0 ? null : [
        s("rect", { x: pin.from, y: line, width: pin.wide, height: 21, rx: 5 }),
        pin.key.tone === "plain" ? null : signAt(pin.key.tone, pin.from + 4, line + 3, 15),
        s("text", { x: pin.from + (pin.key.tone === "plain" ? 4 : 22), y: line + 15 }, pin.shown)]))
  }
  if (rest) parts.push(s("text", { class: "when", x: 0, y: 14 }, `and ${rest} more, all listed below in words`))
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
