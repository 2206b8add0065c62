/* Layers from left to right where all labels fit, downwards where they do not. Long labels of edges become numbers. */
const BOX = { across: 150, tall: 50, margin: 10, least: 84 }

function plan(node, data, width, room) {
  width -= 2 * BOX.margin
  const label = Math.max(0, ...data.edges.map((edge) => textWidth(edge.label, node, 13) + (edge.tone === "plain" ? 0 : 20)))
  const gap = Math.min(Math.max(56, label * 0.62 + 34), 170)
  const sideways = room >= 560 && data.layers * 104 + (data.layers - 1) * gap <= width
  const loops = data.edges.some((edge) => edge.loop)
  if (sideways) {
    const box = Math.min(BOX.across, (width - (data.layers - 1) * gap) / data.layers)
    const step = data.layers > 1 ? Math.min((width - box) / (data.layers - 1), 330) : 0
    const start = BOX.margin + (width - step * (data.layers - 1)) / 2
    const bows = data.edges.some((edge) => edge.bow || edge.route.length > 2)
    const rise = BOX.tall + (loops ? 72 : bows ? 46 : 28)
    const top = BOX.tall / 2 + (loops ? 56 : bows ? 30 : 12)
    return { sideways, box, most: step - box - 10, place: ([layer, at]) => [start + step * layer, top + at * rise], height: top + (data.breadth - 1) * rise + BOX.tall / 2 + 14 }
  }
  const step = (width - (loops ? 34 : 0)) / Math.max(data.breadth, 1)
  const box = Math.min(BOX.across, step - 10)
  const rise = BOX.tall + (label ? 66 : 40)
  const top = BOX.tall / 2 + 12
  return { sideways, box, most: 120, place: ([layer, at]) => [BOX.margin + step * (at + 0.5), top + layer * rise], height: top + (data.layers - 1) * rise + BOX.tall / 2 + 12 }
}

/* Where the way from the middle of a box to a point leaves the box. */
function border([cx, cy], [tx, ty], wide, tall) {
  const dx = tx - cx, dy = ty - cy
  const scale = Math.min(dx ? (wide / 2 + 3) / Math.abs(dx) : Infinity, dy ? (tall / 2 + 3) / Math.abs(dy) : Infinity)
  return [cx + dx * Math.min(scale, 1), cy + dy * Math.min(scale, 1)]
}

function way(edge, at, data, layout, tall) {
  const [from, to] = [at.get(edge.source), at.get(edge.target)]
  if (edge.loop) {
    const [x, y] = from
    const lift = y - tall / 2
    const side = x + layout.box / 2
    if (!layout.sideways) return { d: `M${side + 3} ${y - 12}C${side + 36} ${y - 30} ${side + 36} ${y + 30} ${side + 3} ${y + 12}`, middle: [side + 28, y] }
    return { d: `M${x - 16} ${lift - 3}C${x - 34} ${lift - 42} ${x + 34} ${lift - 42} ${x + 16} ${lift - 3}`, middle: [x, lift - 34] }
  }
  const via = edge.route.slice(1, -1).map(layout.place)
  if (via.length) {
    const points = [from, ...via, to]
    points[0] = border(from, via[0], layout.box, tall)
    points[points.length - 1] = border(to, via.at(-1), layout.box, tall)
    let d = `M${points[0].join(" ")}`
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]]
      d += layout.sideways ? `C${(a[0] + b[0]) / 2} ${a[1]} ${(a[0] + b[0]) / 2} ${b[1]} ${b.join(" ")}` : `C${a[0]} ${(a[1] + b[1]) / 2} ${b[0]} ${(a[1] + b[1]) / 2} ${b.join(" ")}`
    }
    return { d, middle: via[Math.floor((via.length - 1) / 2)] }
  }
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy) || 1
  const push = edge.bow * (layout.sideways ? 44 : 40)
  const bend = [(from[0] + to[0]) / 2 + (dy / length) * push, (from[1] + to[1]) / 2 - (dx / length) * push]
  const a = border(from, bend, layout.box, tall)
  const b = border(to, bend, layout.box, tall)
  return { d: `M${a.join(" ")}Q${bend.join(" ")} ${b.join(" ")}`, middle: [(a[0] + b[0]) / 4 + bend[0] / 2, (a[1] + b[1]) / 4 + bend[1] / 2] }
}

function draw(node, data, room, key) {
  const width = Math.max(room, data.breadth * BOX.least * (room >= 560 ? 0 : 1))
  const layout = plan(node, data, width, room)
  const at = new Map(data.nodes.map((one) => [one.name, layout.place([one.layer, one.at])]))
  const tall = BOX.tall
  const lines = data.edges.map((edge) => (edge.label ? wrapped(edge.label, Math.max(layout.most, 60), 3, node, 13) : []))
  const found = data.edges.map((edge) => way(edge, at, data, layout, tall))
  const spots = data.edges.map((edge, index) => {
    const [x, y] = found[index].middle
    const rows = lines[index]
    const above = layout.sideways && !edge.loop && Math.abs(at.get(edge.source)[1] - at.get(edge.target)[1]) < 8
    const first = y - (rows.length - 1) * 8 + (above ? -10 - (rows.length - 1) * 8 : edge.loop ? -6 : 4)
    const half = Math.max(0, ...rows.map((words) => textWidth(words, node, 13))) / 2
    return { x, first, rows, left: x - half - (edge.tone === "plain" ? 0 : 20), right: x + half, top: first - 12, bottom: first + (rows.length - 1) * 16 + 4 }
  })
  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
  const boxes = data.nodes.map((one) => {
    const [x, y] = at.get(one.name)
    return { left: x - layout.box / 2, right: x + layout.box / 2, top: y - tall / 2, bottom: y + tall / 2 + (one.current ? 22 : 0) }
  })
  const written = spots.filter((one) => one.rows.length)
  const numbered = written.some((one, index) =>
    one.rows.length > 2 || one.rows.some((words) => words.endsWith("…")) || one.left < 0 || one.right > width ||
    written.slice(index + 1).some((other) => meet(one, other)) || boxes.some((box) => meet(one, box)))
  const arrow = (name) => s("marker", { id: `ks-arrow-${name}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, s("path", { class: "arrow " + name, d: "M0 0L10 5L0 10z" }))
  const list = []
  const labels = []
  const ways = data.edges.map((edge, index) => {
    const kind = edge.marked ? "marked" : edge.tone
    if (edge.label) {
      const [x, y] = found[index].middle
      if (numbered) {
        list.push(edge)
        labels.push(s("g", { class: "number" }, s("circle", { cx: x, cy: y, r: 11 }), s("text", { x, y, dy: "0.36em", "text-anchor": "middle" }, list.length)))
      } else {
        const { rows, first } = spots[index]
        labels.push(s("g", { class: "label " + edge.tone, vars: toneVars(edge.tone) },
          edge.tone === "plain" ? null : signAt(edge.tone, x - textWidth(rows[0], node, 13) / 2 - 19, first - 12, 15),
          rows.map((words, row) => s("text", { x, y: first + row * 16, "text-anchor": "middle" }, words))))
      }
    }
    return s("path", { class: `edge ${kind}`, vars: toneVars(edge.tone), d: found[index].d, "marker-end": `url(#ks-arrow-${kind})` })
  })
  const nodes = data.nodes.map((one) => {
    const [x, y] = at.get(one.name)
    const inner = layout.box - (one.tone === "plain" ? 12 : 34)
    const size = layout.box < 90 ? 12 : 14
    const words = wrapped(one.label, inner, one.state ? 1 : 2, node, size, 650)
    const state = one.state ? wrapped(one.state, inner, 1, node, 12, 400) : []
    const all = [...words, ...state]
    const first = y - ((all.length - 1) * 16) / 2
    const shift = one.tone === "plain" ? 0 : 10
    return s("g", { class: `node ${one.tone} ${one.current ? "current" : ""} ${one.step ? "on-path" : ""}`, vars: toneVars(one.tone) },
      s("title", {}, [one.label, one.state].filter(Boolean).join(": ")),
      one.current ? s("rect", { class: "halo", x: x - layout.box / 2 - 5, y: y - tall / 2 - 5, width: layout.box + 10, height: tall + 10, rx: 13 }) : null,
      s("rect", { class: "box", x: x - layout.box / 2, y: y - tall / 2, width: layout.box, height: tall, rx: 9 }),
      one.tone === "plain" ? null : signAt(one.tone, x - layout.box / 2 + 7, y - 9, 18),
      all.map((line, row) => s("text", { class: row >= words.length ? "state" : "", x: x + shift, y: first + row * 16, dy: "0.36em", "text-anchor": "middle", "font-size": size, style: row >= words.length ? null : `font-size:${size}px` }, line)),
      one.current ? s("text", { class: "here", x, y: y + tall / 2 + 20, "text-anchor": "middle" }, "now") : null,
      one.step && data.path ? s("g", { class: "step" }, s("circle", { cx: x + layout.box / 2 - 3, cy: y - tall / 2 + 3, r: 11 }), s("text", { x: x + layout.box / 2 - 3, y: y - tall / 2 + 3, dy: "0.36em", "text-anchor": "middle" }, one.step)) : null)
  })
  const height = layout.height + (data.nodes.some((one) => one.current) ? 16 : 0)
  put(key, ...list.map((edge, index) => h("li", {}, h("span", { class: "key" }, index + 1), h("span", {}, toneSign(edge.tone), edge.tone === "plain" ? "" : " ", h("b", {}, edge.label), toneWord(edge.tone),
    h("span", { class: "quiet" }, ` ${data.nodes.find((one) => one.name === edge.source).label} → ${data.nodes.find((one) => one.name === edge.target).label}`)))))
  return s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.text },
    s("defs", {}, ["plain", "good", "warn", "bad", "marked"].map(arrow)), ways, nodes, labels)
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "network")
  const canvas = h("div", { class: "canvas scroll" })
  const key = h("ol", { class: "edges" })
  const list = inWords(node, data)
  put(node, chartHead(data), data.nodes.length ? [canvas, key] : h("p", { class: "empty" }, "Nothing here yet."), chartFoot(data), list)
  node.stop?.()
  const stops = [onWidth(canvas, (width) => {
    put(canvas, draw(node, data, width, key))
    canvas.scrollLeft = (canvas.scrollWidth - canvas.clientWidth) / 2
  }), scrolls(canvas, data.title)]
  node.stop = () => stops.forEach((stop) => stop())
  return () => node.stop()
}
