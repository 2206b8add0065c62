/* Life lines from left to right, Redis the last; one row an event. */
const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text)
export default function ({ data, parentElement }) {
  const node = root(parentElement, "sequence")
  const draw = (width) => {
    const lanes = [...data.clients, { name: "Redis" }]
    const x = (index) => ((index + 0.5) * width) / lanes.length
    const redis = x(lanes.length - 1)
    const letters = Math.floor(width / lanes.length / 6.6)
    const height = 60 + data.steps.length * 46
    const rows = data.steps.map((one, index) => {
      const y = 66 + index * 46
      const lane = data.clients.findIndex((client) => client.name === one.actor)
      if (lane < 0) return s("g", {}, s("text", { x: redis, y, "text-anchor": "middle" }, cut(one.says, letters * 2)))
      const from = x(lane), actor = `var(--ks-actor-${data.clients[lane].place})`
      if (one.event === "crash") return s("g", { vars: { actor } }, s("path", { class: "cross", d: `M${from - 7} ${y - 7}l14 14m0 -14l-14 14` }), s("text", { x: from + 12, y: y + 4 }, "crashes"))
      const lost = one.event === "lost reply" ? "the reply is lost" : one.event === "lost request" ? "never arrives" : "-> " + one.reply
      const end = one.event === "lost request" ? (from + redis) / 2 : redis
      return s("g", { vars: { actor } },
        s("path", { class: "arrow", d: `M${from} ${y}H${end}m-7 -4l7 4l-7 4` }),
        s("text", { x: from + 6, y: y - 5 }, cut(one.command, letters * (lanes.length - 1 - lane))),
        s("text", { class: "reply", x: from + 6, y: y + 14 }, cut(lost, letters * (lanes.length - 1 - lane))))
    })
    put(node,
      s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": data.text },
        lanes.map((one, index) => s("g", {}, s("line", { x1: x(index), x2: x(index), y1: 30, y2: height }), s("text", { class: "name", x: x(index), y: 20, "text-anchor": "middle" }, one.name))), rows),
      data.wrong ? h("p", {}, sign("bad"), " ", data.wrong) : null)
  }
  draw(Math.max(300, node.clientWidth || 700))
  return onWidth(node, draw)
}
