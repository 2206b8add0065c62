/* Lanes of spans and marks, drawn at the width there is; labels that do not fit go below, in rows. */
const pen = document.createElement("canvas").getContext("2d")
function widthOf(text, node) {
  pen.font = `600 14px ${getComputedStyle(node).fontFamily}`
  return pen.measureText(text).width
}
function seconds(value) {
  if (value >= 180) return value < 10800 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(2)} h`
  return value < 0.001 ? `${Math.round(value * 1e6)} µs` : value < 1 ? `${(value * 1e3).toFixed(value < 0.01 ? 1 : 0)} ms` : `${value.toFixed(2)} s`
}

/* What stands near each other and says the same, in one label: its first moment, and how often. */
const NEAR = 28
function merged(loose) {
  const groups = []
  for (const one of loose) {
    const like = groups.findLast((other) => other.label === one.label && other.tone === one.tone && Boolean(other.sign) === Boolean(one.sign))
    if (like && one.at - like.at <= NEAR) like.all.push(one)
    else groups.push({ ...one, all: [one] })
  }
  return groups.map((group) => ({ ...group, label: group.all.length > 1 ? `${group.label} ×${group.all.length}` : group.label }))
}

/* A row for each label, as few as keep them apart and five at most; -1 for those that have no room. */
function rowsOf(loose, node, left, width) {
  const ends = []
  const placed = loose.map((one) => {
    const wide = widthOf(one.label, node) + (one.sign ? 22 : 4)
    const flip = one.at + wide > width - 2
    const from = flip ? Math.max(left, one.at - wide + 9) : one.at - 9
    let row = ends.findIndex((end) => end <= from)
    if (row < 0) row = ends.length < 5 ? ends.push(0) - 1 : -1
    if (row >= 0) ends[row] = from + wide + 8
    return { ...one, flip, row }
  })
  return { placed, rows: ends.length }
}

const tick = (at, middle, tone, title) =>
  s("line", { class: "stem bare", x1: at, x2: at, y1: middle - 8, y2: middle + 8, vars: { tone: `var(--ks-tone-${tone})` } }, title ? s("title", {}, title) : null)

function draw(node, data, width) {
  const narrow = width < 560
  const many = data.bare
  const names = narrow ? 0 : Math.min(190, 44 + Math.max(...data.lanes.map((lane) => widthOf(lane.name, node)), 30))
  const left = names + 6
  const right = width - 14
  const x = (at) => left + (at / data.seconds) * (right - left)
  const parts = []
  let y = 26

  for (const lane of data.lanes) {
    const top = y
    if (narrow) y += 22
    const slim = many || lane.tracks.length > 5
    const tall = lane.tracks.length > 12 ? 5 : slim ? 10 : 26
    const step = tall > 20 ? 5 : tall > 8 ? 4 : 2
    const loose = []
    let middle = y + tall / 2 + 3
    const floorOf = y + 9
    lane.tracks.forEach((track, index) => {
      for (const span of track) {
        const from = x(span.start)
        const wide = Math.max(3, x(span.end) - from)
        const fits = !slim && widthOf(span.label, node) + 16 < wide
        parts.push(
          s(
            "g",
            { class: "span " + span.tone, vars: { tone: `var(--ks-tone-${span.tone})`, tint: `var(--ks-tint-${span.tone})` } },
            s("title", {}, `${lane.name}: ${span.label}, ${seconds(span.start)} to ${span.open ? "the end" : seconds(span.end)}`),
            s("rect", { x: from, y: y + 3, width: wide, height: tall, rx: slim ? 3 : 5 }),
            span.tone === "bad" ? s("rect", { class: "hatch", x: from, y: y + 3, width: wide, height: tall, rx: slim ? 3 : 5, fill: "url(#ks-hatch)" }) : null,
            span.open ? s("path", { class: "open", d: `M${right + 2} ${y + 3 + tall / 2 - 5}l6 5l-6 5` }) : null,
            fits ? s("text", { x: from + 8, y: y + 3 + tall / 2, dy: "0.36em" }, span.label) : null,
          ),
        )
        if (!fits && !slim && span.label) loose.push({ at: from, label: span.label, tone: span.tone, when: span.start })
      }
      y += tall + step
      if (index === 0) middle = Math.max(y - tall / 2 - 2, floorOf)
    })
    if (!lane.tracks.length) {
      middle = y + 13
      parts.push(s("line", { class: "rail", x1: left, x2: right, y1: middle, y2: middle }))
      y += 26
    }
    const floor = y
    for (const mark of lane.marks) {
      const at = Math.min(x(mark.at), right)
      const title = `${lane.name}: ${mark.label}, ${seconds(mark.at)}`
      if (!many) loose.push({ at, label: mark.label, tone: mark.tone, when: mark.at, sign: true })
      else if (mark.tone === "plain" || lane.marks.length > 12) parts.push(tick(at, middle, mark.tone, title))
      else parts.push(s("g", {}, s("title", {}, title), fill(sign(mark.tone), { x: at - 9, y: middle - 9, width: 18, height: 18 }, [])))
    }
    loose.sort((one, other) => one.at - other.at)
    let { placed, rows } = rowsOf(loose, node, left, width)
    if (placed.some((one) => one.row < 0)) ({ placed, rows } = rowsOf(merged(loose), node, left, width))
    const stems = [] // below all labels, which would be crossed out by them
    const labels = []
    let dropped = 0
    for (const one of placed) {
      const all = one.all || [one]
      if (one.row < 0) dropped += all.length
      if (one.sign && (one.row < 0 || all.length > 1))
        stems.push(...all.map((each) => tick(each.at, middle, each.tone, `${lane.name}: ${each.label}, ${seconds(each.when)}`)))
      if (one.row < 0) continue
      const { flip } = one
      const line = floor + 9 + one.row * 20
      stems.push(
        s("g", { class: "mark", vars: { tone: `var(--ks-tone-${one.tone})` } },
          s("line", { class: "stem", x1: one.at, x2: one.at, y1: one.sign ? middle : floor - 4, y2: line })))
      labels.push(
        s("g", { class: "mark " + one.tone, vars: { tone: `var(--ks-tone-${one.tone})` } },
          s("title", {}, `${lane.name}: ${one.label}, ${all.length > 1 ? "the first at " : ""}${seconds(one.when)}`),
          one.sign ? fill(sign(one.tone), { x: one.at - 8, y: line - 8, width: 16, height: 16 }, []) : null,
          s("text", { class: "loose", x: flip ? one.at - (one.sign ? 12 : 0) : one.at + (one.sign ? 12 : 4), y: line + 5, "text-anchor": flip ? "end" : "start" }, one.label)))
    }
    parts.push(...stems, ...labels)
    y += rows * 20
    if (dropped) {
      parts.push(s("text", { class: "loose more", x: left, y: y + 13 }, `and ${dropped} more without a label, all listed below in words`))
      y += 18
    }
    y += many ? 3 : 9
    const label = s("g", { class: "lane", transform: `translate(0 ${narrow ? top + 2 : middle - 9})` })
    label.append(fill(badge(lane.actor), { x: 0, y: 0, width: 18, height: 18 }, []), s("text", { x: 25, y: 14 }, lane.name))
    parts.push(label)
    parts.push(s("line", { class: "rule", x1: 0, x2: width, y1: y, y2: y }))
    y += many ? 3 : 7
  }

  const every = narrow ? 2 : 1
  const grid = data.ticks.map((tick, index) => [
    s("line", { class: "tick", x1: x(tick.at), x2: x(tick.at), y1: 22, y2: y }),
    index % every ? null : s("text", { class: "when", x: x(tick.at), y: 14, "text-anchor": index ? (x(tick.at) > right - 20 ? "end" : "middle") : "start" }, tick.label),
  ])
  return s(
    "svg",
    { width, height: y + 4, viewBox: `0 0 ${width} ${y + 4}`, role: "img", "aria-label": data.text },
    s("defs", {}, s("pattern", { id: "ks-hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("line", { x1: 0, x2: 0, y1: 0, y2: 7, class: "hatching" }))),
    grid, parts,
  )
}

function words(data) {
  const rows = data.lanes.flatMap((lane) => [
    ...lane.tracks.flat().map((span) => [span.start, lane.name, span.label, span.open ? "still lasts" : seconds(span.end)]),
    ...lane.marks.map((mark) => [mark.at, lane.name, mark.label, ""]),
  ]).sort((one, other) => one[0] - other[0])
  const lasts = rows.some((row) => row[3])
  const columns = ["at", "who", "what", ...(lasts ? ["until"] : [])]
  const cells = ([at, who, what, until]) => [h("td", {}, seconds(at)), h("th", { scope: "row" }, who), h("td", {}, what), lasts ? h("td", {}, until) : null]
  const list = h("div", { class: "list", tabindex: "0", role: "group", "aria-label": `${data.title}: everything` },
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.slice(0, 300).map((row) => h("tr", {}, cells(row))))))
  const more = h("p", { class: "quiet small more" }, `${rows.length.toLocaleString("en")} lines${rows.length > 300 ? ", the first 300 here" : ""}. Scroll the list for the rest.`)
  const tell = () => {
    more.hidden = list.scrollHeight <= list.clientHeight + 1 && rows.length <= 300
    list.classList.toggle("cut", list.scrollHeight > list.clientHeight + list.scrollTop + 2)
  }
  list.addEventListener("scroll", tell)
  const whole = h("details", { class: "words" }, h("summary", {}, "The same in words"), list, more)
  whole.addEventListener("toggle", tell)
  return whole
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "timeline")
  const open = node.querySelector("details")?.open
  const canvas = h("div", { class: "canvas" })
  const list = words(data)
  list.open = Boolean(open)
  put(node, 
    h("div", { class: "head" }, h("h3", {}, data.title),
      h("span", { class: "legend small" }, data.legend.map((one) => h("span", {}, one.tick ? s("svg", { class: "ks-sign", viewBox: "0 0 24 24", "aria-hidden": "true" }, tick(12, 12, one.tone)) : sign(one.tone), " ", one.word)))),
    canvas,
    data.note ? h("p", { class: "quiet small note" }, data.note) : null,
    list,
  )
  node.stop?.()
  node.stop = onWidth(canvas, (width) => put(canvas, draw(node, data, width)))
  return () => node.stop()
}
