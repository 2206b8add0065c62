/* Shared by every component. What comes from outside goes in as text nodes, never as HTML. */
const SVG_NAMESPACE = "http://www.w3.org/2000/svg"

function fill(node, props, kids) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener)
    else if (name === "vars") for (const [key, one] of Object.entries(value)) node.style.setProperty("--" + key, one)
    else node.setAttribute(name, value === true ? "" : String(value))
  }
  for (const kid of kids.flat(3)) {
    if (kid === null || kid === undefined || kid === false || kid === "") continue
    node.append(kid instanceof Node ? kid : document.createTextNode(String(kid)))
  }
  return node
}
const h = (tag, props, ...kids) => fill(document.createElement(tag), props, kids)
const s = (tag, props, ...kids) => fill(document.createElementNS(SVG_NAMESPACE, tag), props, kids)

const put = (node, ...kids) => {
  node.replaceChildren()
  return fill(node, {}, kids)
}

/* The one element a component owns. Streamlit calls again with new data and the same parent. */
function root(parentElement, name) {
  let node = [...parentElement.children].find((one) => one.classList.contains("ks"))
  if (!node) {
    node = h("div", { class: "ks ks-" + name })
    parentElement.append(node)
  }
  return node
}

const SHAPES = {
  circle: ["circle", { cx: 12, cy: 12, r: 11 }, 12],
  square: ["rect", { x: 1.5, y: 1.5, width: 21, height: 21, rx: 3 }, 12],
  diamond: ["polygon", { points: "12,0 24,12 12,24 0,12" }, 12],
  triangle: ["polygon", { points: "12,0 24,22.5 0,22.5" }, 15],
  hexagon: ["polygon", { points: "6,1.6 18,1.6 24,12 18,22.4 6,22.4 0,12" }, 12],
  shield: ["polygon", { points: "1,1.5 23,1.5 23,13 12,24 1,13" }, 11],
}
function badge(actor) {
  const [tag, props, middle] = SHAPES[actor.shape]
  return s(
    "svg",
    { class: "ks-badge", viewBox: "0 0 24 24", "aria-hidden": "true", vars: { actor: `var(--ks-actor-${actor.place})` } },
    s(tag, props),
    s("text", { x: 12, y: middle, dy: "0.36em", "text-anchor": "middle", class: actor.letters.length > 1 ? "two" : "" }, actor.letters),
  )
}

const SIGNS = {
  good: ["M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22z", "M6.5 12.5l3.7 3.8L17.5 8.5"],
  warn: ["M12 1.5L23.5 22H.5z", "M12 9v6.2M12 18.6v.4"],
  bad: ["M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.600V7.400z", "M8 8l8 8M16 8l-8 8"],
  plain: ["M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22z", "M12 7.200v.4M12 11v6"],
}
const TONE_WORDS = { good: "Good", warn: "Careful", bad: "Damage", plain: "" }
function sign(tone) {
  const [body, mark] = SIGNS[tone] || SIGNS.plain
  return s(
    "svg",
    { class: "ks-sign", viewBox: "0 0 24 24", "aria-hidden": "true", vars: { tone: `var(--ks-tone-${tone})` } },
    s("path", { d: body }),
    s("path", { d: mark, class: "mark" }),
  )
}

/* A page, or a step of a lesson, begins at its top. */
function arrive(node, parentElement, where) {
  if (node.where !== undefined && node.where !== where) (parentElement.host || node).closest("[data-testid=stMain]")?.scrollTo(0, 0)
  node.where = where
}

const spoken = (words) => h("span", { class: "ks-spoken" }, words)
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches
const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many || one + "s"}`

function duration(ms) {
  if (ms < 0) ms = 0
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 100) return `${seconds.toFixed(1)} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`
}

/* Redraws when the width of the node changes; returns what stops that. */
function onWidth(node, draw) {
  let last = 0
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width)
    if (width && width !== last) draw((last = width))
  })
  observer.observe(node)
  return () => observer.disconnect()
}

/* How far the rest of a long line of code is set in when it wraps. */
const hanging = (parts) => `${(/^ */.exec(parts.map((part) => part[1]).join(""))[0].length) + 4}ch`

/* Words with code in them: pieces of [kind, text]. */
const coded = (pieces) => pieces.map(([kind, text]) => (kind ? h("code", {}, text) : text))
