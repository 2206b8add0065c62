/* The array in rows of squares; items above it, a line from each to every bit that it hashes to. */
function draw(node, data, width) {
  const count = data.squares.length
  const most = Math.max(8, Math.floor(width / (count > 128 ? (width < 560 ? 11 : 15) : width < 560 ? 17 : 22)))
  const columns = Math.min(count, [64, 48, 32, 24, 16, 8].find((one) => one <= most) || 8)
  const size = Math.min(30, Math.floor(width / columns))
  const left = (width - columns * size) / 2
  const rows = Math.ceil(count / columns)

  /* Items in as many rows as they need. */
  const names = data.items.map((item) => ({ ...item, wide: Math.min(width, textWidth(item.name, node, 15) + 46) }))
  const lines = [[]]
  let used = 0
  for (const item of names) {
    if (used + item.wide > width && lines.at(-1).length) { lines.push([]); used = 0 }
    lines.at(-1).push(item)
    used += item.wide + 14
  }
  const above = data.items.length ? lines.length * 38 : 0
  const gap = data.items.length ? 56 : 4
  const top = above + gap
  const height = top + rows * size + 22
  const spot = (square) => [left + (square % columns) * size, top + Math.floor(square / columns) * size]
  const hit = new Map()
  data.items.forEach((item) => item.hits.forEach((one) => hit.set(one.square, [...(hit.get(one.square) || []), [item, one]])))

  const squares = data.squares.map((share, at) => {
    const [x, y] = spot(at)
    const inner = size - 2
    return s("g", { class: "bit" }, s("title", {}, data.per === 1 ? `bit ${at}: ${share ? "set" : "not set"}` : `bits from ${at * data.per}: ${Math.round(share * 100)} % set`),
      s("rect", { class: "empty", x: x + 1, y: y + 1, width: inner, height: inner, rx: 3 }),
      share ? s("rect", { class: "full", x: x + 1, y: y + 1 + inner * (1 - share), width: inner, height: inner * share, rx: share === 1 ? 3 : 1 }) : null)
  })
  const pointers = []
  const tags = []
  lines.forEach((line, row) => {
    const total = line.reduce((sum, item) => sum + item.wide, 0)
    const space = Math.min(60, (width - total) / (line.length + 1))
    let x = (width - total - space * (line.length - 1)) / 2
    for (const item of line) {
      const from = [x + item.wide / 2, row * 38 + 31]
      const vars = { actor: `var(--ks-actor-${item.actor.place})` }
      for (const one of item.hits) {
        const [bx, by] = spot(one.square)
        const to = [bx + size / 2, by]
        pointers.push(s("path", { class: `pointer ${one.set ? "" : "unset"}`, vars, d: `M${from[0]} ${from[1]}C${from[0]} ${from[1] + 34} ${to[0]} ${to[1] - 34} ${to[0]} ${to[1]}` }))
      }
      tags.push(s("g", { class: "item", vars }, s("rect", { x, y: row * 38 + 1, width: item.wide, height: 30, rx: 15 }), badgeAt(item.actor, x + 6, row * 38 + 6, 20),
        s("text", { x: x + 32, y: row * 38 + 21 }, wrapped(item.name, item.wide - 40, 1, node, 15)[0])))
      x += item.wide + space
    }
  })
  const rings = [...hit].map(([square, all]) => {
    const [x, y] = spot(square)
    const unset = all.some(([, one]) => !one.set)
    const place = all[0][0].actor.place
    return [s("rect", { class: `ring ${unset ? "unset" : ""}`, vars: { actor: `var(--ks-actor-${place})` }, x: x + 1, y: y + 1, width: size - 2, height: size - 2, rx: 3 }),
      all.length > 1 && size >= 15 ? s("text", { class: `both ${data.squares[square] > 0.5 ? "on" : ""}`, x: x + size / 2, y: y + size / 2, dy: "0.36em", "text-anchor": "middle" }, all.length) : null]
  })
  const last = (data.size - 1).toLocaleString("en")
  return s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.text },
    squares, pointers, rings, tags,
    s("text", { class: "when", x: left, y: height - 5 }, "bit 0"), s("text", { class: "when", x: left + columns * size, y: height - 5, "text-anchor": "end" }, `bit ${last}`))
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "bits")
  const canvas = h("div", { class: "canvas" })
  const list = inWords(node, data)
  put(node, chartHead(data), canvas, h("p", { class: "below" }, h("b", {}, data.says), data.scale ? h("span", { class: "quiet" }, `. ${data.scale}`) : "."),
    data.items.length ? h("ul", { class: "items" }, data.items.map((item) =>
      h("li", {}, badge(item.actor), h("span", {}, h("b", {}, item.name), " ", h("span", { class: "mono" }, item.hits.map((one, at) => [at ? " " : "", h("span", { class: one.set ? "set" : "unset" }, one.at.toLocaleString("en"), one.set ? null : spoken(" not set"))])),
        item.says ? h("span", { class: "says" }, " ", toneSign(item.tone), " ", item.says) : null)))) : null,
    chartFoot(data), list)
  node.stop?.()
  node.stop = onWidth(canvas, (width) => put(canvas, draw(node, data, width)))
  return () => node.stop()
}
