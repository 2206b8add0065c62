/* Life lines from left to right, Redis the last; one row an event. Clients stand close, so that there is room
   before Redis for what they send. */
const LETTER = 6.6
const LINE = 13
const middle = (text, most) => (text.length > most ? text.slice(0, Math.ceil(most / 2)) + "…" + text.slice(1 - Math.floor(most / 2)) : text)

/* One line or two of at most so many letters; of a longer text the middle is left out. */
function folded(text, most) {
  const lines = [""]
  for (const word of text.match(/\s*\S+/g) || []) {
    if ((lines.at(-1) + word).trim().length > most && lines.at(-1)) lines.push("")
    lines.push(...(lines.pop() + word).trimStart().match(new RegExp(`.{1,${most}}`, "g")))
  }
  return lines.length > 2 ? folded(middle(text, Math.min(2 * most, text.length - 1)), most) : lines
}
const REPLIES = { "lost reply": () => "the reply is lost", "lost request": () => "never arrives" }
const text = (lines, props, y) => lines.map((line, at) => s("text", { ...props, y: y + at * LINE }, line))

export default function ({ data, parentElement }) {
  const node = root(parentElement, "sequence")
  const draw = (width) => {
    const lanes = [...data.clients, { name: "Redis" }]
    const wide = Math.max(...lanes.map((one) => one.name.length)) * 8 + 8
    const redis = width - wide / 2
    const apart = Math.min((redis - wide / 2) / data.clients.length, Math.max(wide + 12, width * 0.14))
    const x = (index) => (index < data.clients.length ? wide / 2 + index * apart : redis)
    let height = 40
    const rows = data.steps.map((one) => {
      const lane = data.clients.findIndex((client) => client.name === one.actor)
      const from = x(Math.max(lane, 0))
      const most = Math.max(Math.floor((redis - from - 18) / LETTER), 8)
      const top = height + 12
      if (lane < 0) {
        const lines = folded(one.says, most)
        height += lines.length * LINE + 20
        return s("g", {}, text(lines, { x: redis - 12, "text-anchor": "end" }, top + 4))
      }
      const vars = { actor: `var(--ks-actor-${data.clients[lane].place})` }
      if (one.event === "crash") {
        height += 33
        return s("g", { vars }, s("path", { class: "cross", d: `M${from - 7} ${top - 7}l14 14m0 -14l-14 14` }), s("text", { x: from + 12, y: top + 4 }, "crashes"))
      }
      const sent = folded(one.command, most)
      const back = folded(REPLIES[one.event]?.() || "→ " + one.reply, most)
      const y = top + sent.length * LINE - 8
      height = y + back.length * LINE + 14
      const end = one.event === "lost request" ? (from + redis) / 2 : redis
      return s("g", { vars }, s("title", {}, one.says),
        s("path", { class: "arrow", d: `M${from} ${y}H${end}m-7 -4l7 4l-7 4` }),
        text(sent, { x: from + 6 }, top),
        text(back, { class: "reply", x: from + 6 }, y + 14))
    })
    put(node,
      s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": data.text },
        lanes.map((one, index) => s("g", {}, s("line", { x1: x(index), x2: x(index), y1: 30, y2: height }), s("text", { class: "name", x: x(index), y: 20, "text-anchor": "middle" }, one.name))), rows),
      data.wrong ? h("p", {}, sign("bad"), " ", data.wrong) : null)
  }
  draw(Math.max(300, node.clientWidth || 700))
  return onWidth(node, draw)
}
