/* The circle that was asked for, the cells that Redis looked into, and who is where. North is up. */
const path = (flat, at) => {
  let text = ""
  for (let index = 0; index < flat.length; index += 2) text += `${index ? "L" : "M"}${at(flat[index], flat[index + 1]).map((one) => one.toFixed(1)).join(" ")}`
  return text + "Z"
}
const glyph = (place, size, props) => {
  const [tag, shape] = SHAPES[place.shape]
  return s("svg", { class: "glyph " + place.tone, viewBox: "-2 -2 28 28", width: size, height: size, "aria-hidden": "true",
    vars: { tone: place.tone === "plain" ? "var(--ks-ink)" : `var(--ks-tone-${place.tone})` }, ...props }, s(tag, shape))
}

function labels(points, width, height, ...covered) {
  const taken = points.map((one) => [one.x - 9, one.y - 9, one.x + 9, one.y + 9]).concat(covered)
  const meets = (box) => box[0] < 2 || box[2] > width - 2 || box[1] < 2 || box[3] > height - 2 ||
    taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])
  return points.map((one) => {
    const wide = one.name.length * 7.6 + 6
    const spots = [[one.x + 12, one.y + 5, "start"], [one.x - 12, one.y + 5, "end"], [one.x, one.y - 13, "middle"], [one.x, one.y + 24, "middle"]]
    for (const [x, y, anchor] of spots) {
      const left = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2
      const box = [left, y - 13, left + wide, y + 4]
      if (!meets(box)) { taken.push(box); return s("text", { class: "name", x, y, "text-anchor": anchor }, one.name) }
    }
    return null
  })
}

function draw(data, width) {
  const height = Math.round(Math.min(width, Math.max(300, Math.min(width * 0.82, 480))))
  const scale = Math.min(width, height) / 2 / data.half
  const at = (x, y) => [width / 2 + x * scale, height / 2 - y * scale]
  const [cx, cy] = at(0, 0)
  const cells = data.cells.map(([west, south, east, north]) => {
    const [left, bottom] = at(west, south), [right, top] = at(east, north)
    return s("rect", { class: "cell", x: left, y: top, width: right - left, height: bottom - top })
  })
  const points = data.places.filter((place) => place.inView).map((place) => {
    const [x, y] = at(place.x, place.y)
    return { ...place, x, y }
  })
  const bar = data.scale.metres * scale
  return s(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.text },
    data.land.map((ring) => s("path", { class: "land", d: path(ring, at) })),
    cells,
    s("circle", { class: "circle", cx, cy, r: data.radius * scale }),
    s("path", { class: "centre", d: `M${cx - 11} ${cy}h22M${cx} ${cy - 11}v22` }),
    points.map((one) => fill(glyph(one, 20), { x: one.x - 10, y: one.y - 10 }, [s("title", {}, `${one.name}: ${one.state}, ${one.distance}${one.note ? ", " + one.note : ""}`)])),
    labels(points, width, height, [cx - 12, cy - 12, cx + 12, cy + 12], [width - bar - 28, height - 40, width - 8, height - 6]),
    s("g", { class: "scale", transform: `translate(${width - bar - 18} ${height - 16})` },
      s("rect", { x: -10, y: -24, width: bar + 20, height: 34, rx: 5 }), s("path", { d: `M0 -5v5h${bar}v-5` }),
      s("text", { x: bar / 2, y: -8, "text-anchor": "middle" }, data.scale.label)),
  )
}

function around(data) {
  const at = (x, y) => [60 + x * 0.6, 60 - y * 0.6]
  return s("svg", { class: "around", viewBox: "0 0 120 120", "aria-hidden": "true" },
    data.around.land.map((ring) => s("path", { class: "land", d: path(ring, at) })),
    s("circle", { class: "here", cx: 60, cy: 60, r: 5 }), s("circle", { class: "ring", cx: 60, cy: 60, r: 11 }))
}

function legend(data) {
  const states = new Map()
  for (const place of data.places) {
    const kind = `${place.state} ${place.tone}`
    states.set(kind, { place, count: (states.get(kind)?.count || 0) + 1 })
  }
  return h("ul", { class: "legend", role: "list" }, [...states.values()].map(({ place, count }) =>
    h("li", {}, glyph(place, 17), h("b", {}, count), " ", place.state, place.tone === "bad" ? ", wrongly" : "")))
}

function words(data, open) {
  const rows = data.places.map((place) =>
    h("tr", {}, h("td", {}, glyph(place, 16)), h("th", { scope: "row" }, place.name), h("td", {}, place.state), h("td", { class: "far" }, place.note || place.distance)))
  return h("details", { class: "words", open }, h("summary", {}, "The same in words"),
    h("div", { class: "list", tabindex: "0", role: "group", "aria-label": `${data.title}: everybody` }, h("table", {}, h("caption", { class: "ks-spoken" }, data.title),
      h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, "who"), h("th", { scope: "col" }, "state"), h("th", { scope: "col", class: "far" }, "where"))),
      h("tbody", {}, rows.length ? rows : h("tr", {}, h("td", { colspan: 4, class: "quiet" }, "Nobody is on the map."))))))
}

export default function ({ data, parentElement }) {
  const node = root(parentElement, "map")
  const canvas = h("div", { class: "canvas" })
  const far = data.places.length - data.shown
  const open = Boolean(node.querySelector("details")?.open)
  put(node,
    h("div", { class: "head" }, h("h3", {}, data.title)),
    h("div", { class: "sides" },
      h("div", { class: "panel frame" }, canvas),
      h("div", { class: "side small" },
        around(data), legend(data),
        h("p", {}, h("span", { class: "cross", "aria-hidden": "true" }, "+"), ` ${data.centre}, ${data.position}`),
        h("p", {}, h("span", { class: "dash", "aria-hidden": "true" }), ` ${plural(data.cells.length, "cell")} searched; then each distance is measured`),
        far > 0 ? h("p", {}, `${plural(far, "is", "are")} further away than this map shows.`) : null)),
    words(data, open),
  )
  node.stop?.()
  node.stop = onWidth(canvas, (width) => put(canvas, draw(data, width)))
  return () => node.stop()
}
