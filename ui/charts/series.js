/* Lines, steps, areas, bars or dots over one x, at the width there is. Colour and dash tell lines apart. */
const DASHES = ["", "8 5", "2 4", "12 4 2 4", "5 3", "1 6"]
const hue = (line) => (line.tone === "plain" ? `var(--ks-actor-${line.place})` : `var(--ks-tone-${line.tone})`)

/* Dots that mean damage have its sign, and not its colour alone; where they are many, only the colour. */
const crossed = (line) => line.style === "dots" && line.tone === "bad" && line.points.length <= 60

function swatch(line) {
  const solid = line.style === "bars" || line.style === "area"
  return s("svg", { class: "swatch", viewBox: "0 0 30 14", "aria-hidden": "true", vars: { hue: hue(line) } },
    solid ? s("rect", { class: "body", x: 1, y: 2, width: 28, height: 11, rx: 2 }) : null,
    line.style === "dots" ? s("circle", { class: "dot", cx: 15, cy: 7, r: 4.5 })
      : line.style === "bars" ? null : s("line", { class: "stroke", x1: 1, x2: 29, y1: line.style === "area" ? 2 : 7, y2: line.style === "area" ? 2 : 7, "stroke-dasharray": DASHES[line.place] }))
}

function path(line, x, y, floor) {
  const points = line.points.map(([at, value]) => [x(at), y(value)])
  if (!points.length) return { stroke: "", body: "" }
  const stroke = points.map(([px, py], at) => (at === 0 ? `M${px} ${py}` : line.style === "steps" ? `H${px}V${py}` : `L${px} ${py}`)).join("")
  return { stroke, body: `${stroke}V${floor}H${points[0][0]}Z` }
}

/* Around the line, with its shape: a band of steps holds from each point until the next. */
function bandOf(line, x, y) {
  const held = line.style !== "steps" ? line.band
    : line.band.flatMap(([at, low, high], place, all) => [[at, low, high], ...(all[place + 1] ? [[all[place + 1][0], low, high]] : [])])
  const low = held.map(([at, value]) => `${x(at)} ${y(value)}`)
  const high = held.map(([at, , value]) => `${x(at)} ${y(value)}`).reverse()
  return `M${[...low, ...high].join("L")}Z`
}

/* Labels above the plot: as few rows as keep them apart. */
function inRows(marks, x, right, node) {
  const ends = []
  let left = 0
  const placed = []
  for (const mark of marks) {
    const wide = textWidth(mark.label, node, 13) + 24
    const at = x(mark.at)
    const flip = at + wide > right
    const from = flip ? at - wide : at - 8
    let row = ends.findIndex((end) => end <= from)
    if (row < 0) row = ends.length < 4 ? ends.push(0) - 1 : -1
    if (row < 0) left += 1
    else ends[row] = from + wide + 6
    placed.push({ ...mark, px: at, row, flip })
  }
  return { placed, rows: ends.length, left }
}

function draw(node, data, width) {
  const narrow = width < 560
  const gutter = 12 + Math.max(...data.y.ticks.map((tick) => textWidth(tick.label, node, 13, 400)), 10)
  const left = gutter
  const right = width - 12
  const x = (at) => left + ((at - data.x.from) / (data.x.to - data.x.from)) * (right - left)
  const labels = inRows(data.marks, x, width, node)
  const top = 26 + labels.rows * 20 + (labels.left ? 18 : 0)
  const floor = top + (narrow ? 200 : 240)
  const y = (value) => floor - ((value - data.y.from) / (data.y.to - data.y.from)) * (floor - top)
  const zero = y(Math.max(0, data.y.from))

  const grid = [
    data.y.ticks.map((tick) => [
      s("line", { class: tick.at === 0 ? "zero" : "tick", x1: left, x2: right, y1: y(tick.at), y2: y(tick.at) }),
      s("text", { class: "when", x: left - 8, y: y(tick.at), dy: "0.36em", "text-anchor": "end" }, tick.label),
    ]),
    s("text", { class: "when", x: 0, y: 13 }, data.y.label),
    data.x.ticks.map((tick, at) => {
      const half = textWidth(tick.label, node, 13, 400) / 2
      const px = Math.min(Math.max(x(tick.at), left + Math.min(half, 4)), width - half)
      return [s("line", { class: "notch", x1: x(tick.at), x2: x(tick.at), y1: floor, y2: floor + 5 }),
        narrow && at % 2 && data.x.ticks.length > 4 ? null : s("text", { class: "when", x: px, y: floor + 20, "text-anchor": "middle" }, tick.label)]
    }),
    s("text", { class: "when", x: right, y: floor + 40, "text-anchor": "end" }, data.x.label),
  ]

  const wide = Math.max(2, Math.min(46, (x(data.x.from + data.gap) - left) * 0.72))
  const barred = data.lines.filter((line) => line.style === "bars")
  const lines = data.lines.map((line) => {
    const vars = { hue: hue(line) }
    if (line.style === "bars") {
      const each = wide / barred.length
      const shift = barred.indexOf(line) * each - wide / 2
      return s("g", { class: "line", vars }, line.points.filter((point) => point[1]).map(([at, value]) =>
        s("rect", { class: "body bar", x: x(at) + shift, y: Math.min(y(value), zero), width: Math.max(1.5, each - 1), height: Math.max(1, Math.abs(zero - y(value))), rx: Math.min(3, each / 4) })))
    }
    const drawn = path(line, x, y, zero)
    const band = line.band.length ? bandOf(line, x, y) : null
    const dots = line.style === "dots" || line.points.length === 1 || (line.style === "line" && line.points.length <= 30)
    return s("g", { class: "line", vars },
      band ? s("path", { class: "band", d: band }) : null,
      line.style === "area" ? s("path", { class: "body", d: drawn.body }) : null,
      line.style === "dots" ? null : s("path", { class: "stroke", d: drawn.stroke, "stroke-dasharray": DASHES[line.place] }),
      dots ? line.points.map(([at, value]) => (crossed(line) ? signAt("bad", x(at) - 8, y(value) - 8)
        : s("circle", { class: "dot", cx: x(at), cy: y(value), r: line.style === "dots" ? 4 : 3 }))) : null)
  })

  /* Two limits near each other: the lower one is named below its line. */
  const limits = [...data.limits].sort((one, other) => other.y - one.y).map((limit, at, all) => {
    const py = y(limit.y)
    const below = at > 0 && y(all[at - 1].y) > py - 22
    const shown = wrapped(limit.label, right - left - 30, 1, node, 13)[0]
    const start = right - textWidth(shown, node, 13) - 20
    return s("g", { class: "limit", vars: toneVars(limit.tone) },
      s("line", { x1: left, x2: right, y1: py, y2: py }),
      signAt(limit.tone, start - 3, below ? py + 4 : py - 19, 15),
      s("text", { x: right, y: below ? py + 16 : py - 7, "text-anchor": "end" }, shown))
  })

  const marks = labels.placed.map((mark) => {
    const line = 34 + Math.max(mark.row, 0) * 20
    return s("g", { class: "mark", vars: toneVars(mark.tone) },
      s("title", {}, mark.label),
      s("line", { x1: mark.px, x2: mark.px, y1: mark.row < 0 ? top - 6 : line, y2: floor }),
      signAt(mark.tone, mark.px - 8, (mark.row < 0 ? top - 6 : line) - 8),
      mark.row < 0 ? null : s("text", { x: mark.px + (mark.flip ? -12 : 12), y: line + 5, "text-anchor": mark.flip ? "end" : "start" }, mark.label))
  })
  const rest = labels.left ? s("text", { class: "when", x: left, y: top - 12 }, `and ${labels.left} more, all listed below in words`) : null
  return s("svg", { width, height: floor + 48, viewBox: `0 0 ${width} ${floor + 48}`, role: "img", "aria-label": data.text }, grid, lines, limits, marks, rest)
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "series")
  const canvas = h("div", { class: "canvas" })
  const list = inWords(node, data)
  put(node, chartHead(data),
    h("ul", { class: "names" }, data.lines.map((line) =>
      h("li", {}, crossed(line) ? null : swatch(line), toneSign(line.tone), h("span", {}, h("b", {}, line.name), toneWord(line.tone), ` ${line.last}`,
        [line.note, line.thinned].filter(Boolean).map((words) => h("span", { class: "quiet" }, `, ${words}`)))))),
    data.empty ? h("p", { class: "empty" }, "Nothing measured yet.") : [canvas, chartFoot(data), list])
  node.stop?.()
  node.stop = onWidth(canvas, (width) => put(canvas, draw(node, data, width)))
  return () => node.stop()
}
