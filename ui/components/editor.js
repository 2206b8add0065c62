/* A textarea with line numbers. What is typed stays in the browser until it is run. */
export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "editor")
  const same = node.path === data.path && node.given === data.text
  if (!same) {
    Object.assign(node, { path: data.path, given: data.text })
    build()
  }
  mark()

  function build() {
    const area = h("textarea", { spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off",
      "aria-label": `Your version of ${data.path}. Tab indents; press Escape first to leave with Tab.`,
      on: { input: number, keydown: key, scroll: () => { node.querySelector(".gutter").scrollTop = area.scrollTop } } })
    area.value = data.text
    put(node,
      h("div", { class: "bar" },
        h("span", { class: "small quiet path" }, data.path),
        h("span", { class: "acts" },
          h("button", { type: "button", class: "plain", on: { click: () => { area.value = data.original; number(); area.focus() } } }, "Back to the naive text"),
          h("button", { type: "button", class: "main", "aria-keyshortcuts": "Control+Enter", on: { click: run } }, "Use this code ", h("kbd", {}, "Ctrl ↵")))),
      h("div", { class: "page" }, h("div", { class: "gutter", "aria-hidden": "true" }), area),
      h("p", { class: "told", role: "status" }))
    number()
  }
  function run() {
    const text = node.querySelector("textarea").value
    if (text.length <= data.longest) return setTriggerValue("run", text)
    put(node.querySelector(".told"), h("b", { class: "bounded" }, "Too long. "),
      `This is ${plural(text.length, "character")}, and at most ${data.longest.toLocaleString("en")} can be searched. Nothing was run, and what you typed is still here.`)
  }
  function number() {
    const area = node.querySelector("textarea")
    const lines = area.value.split("\n").length
    put(node.querySelector(".gutter"), Array.from({ length: lines }, (_, index) => h("span", {}, index + 1)))
    area.style.height = Math.min(Math.max(lines, 8), 18) * 1.5 + 1.5 + "em"
    node.querySelector(".gutter").style.height = area.style.height
  }
  function mark() {
    node.querySelectorAll(".gutter span").forEach((one, index) => one.classList.toggle("wrong", index + 1 === data.line))
    const told = node.querySelector(".told")
    put(told, h("b", { class: data.tone }, data.word + ". "), data.says)
  }
  function key(event) {
    const area = event.target
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); return }
    if (event.key === "Escape") { node.leaving = true; return }
    if (event.key !== "Tab" || node.leaving) { node.leaving = false; return }
    event.preventDefault()
    const { selectionStart: start, selectionEnd: end, value } = area
    const first = value.lastIndexOf("\n", start - 1) + 1
    const block = value.slice(first, end)
    if (!event.shiftKey && start === end) return replace(start, end, "    ", true)
    const moved = event.shiftKey ? block.replace(/^ {1,4}/gm, "") : block.replace(/^/gm, "    ")
    replace(first, end, moved, false)
    function replace(from, to, text, collapse) {
      area.setSelectionRange(from, to)
      area.setRangeText(text, from, to, collapse ? "end" : "select")
      number()
    }
  }
}
