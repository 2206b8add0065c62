/* One press at a time: those that come before the page has answered the last one wait their turn, also the
   letters of the page's own buttons, which would else overtake them. */
const PATIENCE = 3000 // ms after which an answer is not waited for any longer
/* Text with `code` in it, as nodes. */
const rich = (text) => String(text).trim().split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part.split(/\*([^*\n]+)\*/).map((one, odd) => (odd % 2 ? h("em", {}, one) : one))))
const editable = (event) => {
  const target = event.composedPath()[0]
  return event.metaKey || event.ctrlKey || event.altKey || target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)
}
const ROLES = { one: "radio", line: "radio", many: "checkbox" }
const TOLD = { good: ["good", "Right"], bad: ["bad", "Your choice, wrong"], missed: ["warn", "Right, and not chosen"] }
const coloured = (pieces) => pieces.map(([kind, text]) => (kind ? h("span", { class: "t-" + kind }, text) : text))

function body(row, data) {
  const text = row.pieces.length ? h("code", { class: "line" }, coloured(row.pieces)) : h("span", { class: row.mono ? "mono" : "" }, rich(row.text))
  const [tone, word] = TOLD[row.tone] || []
  if (data.revealed && data.mode === "line") {
    return [h("span", { class: "mark", vars: tone ? { tone: `var(--ks-tone-${tone})` } : {} }, tone ? [sign(tone), spoken(word + ": ")] : null), text]
  }
  return [text, data.revealed ? h("span", { class: "verdict small", vars: tone ? { tone: `var(--ks-tone-${tone})` } : {} }, tone ? [sign(tone), " " + word] : null) : null]
}

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "choices")
  const held = node.querySelector(":focus")?.dataset?.row ?? parentElement.activeElement?.dataset?.row
  const code = data.mode === "line"
  const digitOf = (row, index) => row.key ?? index + 1
  const waits = () => node.pressed && Date.now() - node.pressed < PATIENCE
  const choose = (digit) => {
    if (waits()) return node.queue.push(digit)
    const index = data.rows.findIndex((row, place) => digitOf(row, place) === digit)
    if (data.revealed || index < 0 || (ROLES[data.mode] === "radio" && data.rows[index].chosen)) return next()
    node.pressed = Date.now()
    setTriggerValue("choose", index)
  }
  const next = () => {
    if (!node.queue.length) return
    const first = node.queue.shift()
    if (typeof first === "number") return choose(first)
    for (const type of ["keydown", "keyup"]) document.body.dispatchEvent(new KeyboardEvent(type, { key: first, bubbles: true }))
    next()
  }
  const rows = data.rows.map((row, index) => {
    const digit = h("span", { class: "digit", "aria-hidden": "true" }, data.mode === "order" && !data.revealed ? (row.place ?? "") : digitOf(row, index))
    if (data.revealed) {
      return h("li", { class: "told " + row.tone }, h("div", { class: "row" }, digit, body(row, data)),
        row.belief || row.why ? h("div", { class: "note" }, row.belief ? h("p", { class: "belief" }, "“" + row.belief + "”") : null, h("p", {}, rich(row.why))) : null)
    }
    const role = ROLES[data.mode]
    const state = role ? { role, "aria-checked": String(row.chosen) } : {}
    const name = data.mode === "order" ? `${row.text}${row.place ? ", place " + row.place : ", not placed yet"}` : null
    return h("li", { role: role ? "presentation" : null }, h("button", { type: "button", class: "row", "data-row": index, "aria-label": name, "aria-keyshortcuts": digitOf(row, index) < 10 ? digitOf(row, index) : null, ...state, on: { click: () => choose(digitOf(row, index)) } },
      digit, data.mode === "many" ? h("span", { class: "box", "aria-hidden": "true" }, row.chosen ? "✓" : "") : null, body(row, data), data.mode === "order" ? h("span", { class: "key small quiet", "aria-hidden": "true" }, "key " + (index + 1)) : null))
  })
  const group = { radio: "radiogroup", checkbox: "group" }[data.revealed ? "" : ROLES[data.mode]] || "list"
  const list = h("ol", { class: (code ? "lines " : "") + data.mode, role: group, "aria-label": data.label }, rows)
  put(node, code ? h("div", { class: "panel scroll", tabindex: data.revealed ? "0" : null, role: data.revealed ? "region" : null, "aria-label": data.revealed ? data.label : null }, list) : list)
  if (held !== undefined) node.querySelector(`[data-row="${held}"]`)?.focus()
  if (node.keys) window.removeEventListener("keydown", node.keys, true)
  node.keys = (event) => {
    if (data.revealed || editable(event) || !event.isTrusted) return
    if (/^[1-9]$/.test(event.key)) choose(Number(event.key))
    else if (node.queue.length && /^[a-z]$/.test(event.key)) {
      event.stopImmediatePropagation()
      node.queue.push(event.key)
    }
  }
  window.addEventListener("keydown", node.keys, true) // before the page's own
  const shown = JSON.stringify([data.turn, data.label, data.rows])
  if (shown !== node.shown) Object.assign(node, { shown, pressed: 0 })
  node.queue ??= []
  if (!waits()) next()
  return () => window.removeEventListener("keydown", node.keys, true)
}
