/* Shared by the pictures: their head, what stands below them, and text that is measured before it is drawn. */
const chartPen = document.createElement("canvas").getContext("2d")
function textWidth(text, node, size = 14, weight = 600) {
  chartPen.font = `${weight} ${size}px ${getComputedStyle(node).fontFamily}`
  return chartPen.measureText(text.replace(/\d/g, "0")).width // on pages all digits are as wide as the widest
}

/* The words in lines no wider than `most`, at most `rows` of them; the last ends with … where words are left. */
function wrapped(text, most, rows, node, size = 14, weight = 600) {
  const lines = []
  const fits = (words) => textWidth(words, node, size, weight) <= most
  for (const word of text.split(/(?<=[\s_:/.-])/)) {
    const last = lines.length - 1
    if (last >= 0 && fits((lines[last] + word).trimEnd())) lines[last] += word
    else lines.push(word)
  }
  const shown = lines.slice(0, rows).map((line) => line.trimEnd())
  return shown.map((line, at) => {
    const cut = at === shown.length - 1 && lines.length > rows
    if (fits(line + (cut ? "…" : ""))) return cut ? line + "…" : line
    while (line.length > 1 && !fits(line + "…")) line = line.slice(0, -1)
    return line + "…"
  })
}

const toneVars = (tone) => ({ tone: `var(--ks-tone-${tone})`, tint: `var(--ks-tint-${tone})` })
const toneWord = (tone) => (TONE_WORDS[tone] ? spoken(` (${TONE_WORDS[tone].toLowerCase()})`) : null)
const toneSign = (tone) => (tone === "plain" ? null : sign(tone))
const signAt = (tone, x, y, size = 16) => fill(sign(tone), { x, y, width: size, height: size }, [])
const badgeAt = (actor, x, y, size = 18) => fill(badge(actor), { x, y, width: size, height: size }, [])

const chartHead = (data) =>
  h("div", { class: "head" }, h("h3", {}, data.title),
    data.legend.length ? h("span", { class: "legend small" }, data.legend.map((one) => h("span", {}, sign(one.tone), " ", one.word))) : null)
const chartFoot = (data) => [
  data.note ? h("p", { class: "quiet small below" }, data.note) : null,
  data.out ? h("p", { class: "quiet small below" }, data.out) : null,
]

/* For pictures that are one image: the same for eyes that want words. */
const inWords = (node, data) => {
  const open = node.querySelector(".words")?.open
  return h("details", { class: "words", open: Boolean(open) }, h("summary", {}, "The same in words"), h("p", {}, data.text))
}

/* Wider than the page? Then the part itself scrolls, also by keyboard. Returns what stops watching. */
function scrolls(part, label) {
  return onWidth(part, () => {
    const wide = part.scrollWidth > part.clientWidth + 1
    for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": `${label}, scrolls sideways` }))
      wide ? part.setAttribute(name, value) : part.removeAttribute(name)
  })
}

/* Remember where things are before a redraw; afterwards let those that moved glide to their new place. */
const placesOf = (node) => new Map([...node.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, one.getBoundingClientRect()]))
function glide(node, before) {
  if (!before.size || calm()) return
  for (const one of node.querySelectorAll("[data-key]")) {
    const old = before.get(one.dataset.key)
    const now = one.getBoundingClientRect()
    if (!old) one.animate([{ opacity: 0, transform: "scale(0.96)" }, { opacity: 1, transform: "none" }], { duration: 400, easing: "ease-out" })
    else if (Math.abs(old.left - now.left) + Math.abs(old.top - now.top) > 1) {
      one.classList.add("gliding")
      one.animate([{ transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` }, { transform: "none" }], { duration: 650, easing: "cubic-bezier(.2,.8,.2,1)" })
        .finished.then(() => one.classList.remove("gliding"), () => {})
    }
  }
}
