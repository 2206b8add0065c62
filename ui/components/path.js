/* Cards are links, so they can be opened in a new tab; a plain click stays in this one. */
const TICK = "M4 12.5l5.2 5.3L20 6.500"
const tick = () => s("svg", { class: "tick", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: TICK }))

function card(entry, open) {
  const title = h("span", { class: "title" }, h("span", { class: "number" }, entry.number), entry.title)
  if (entry.state === "planned")
    return h("li", { class: "card planned" }, h("div", { class: "inside" }, title, h("span", { class: "promise" }, entry.promise), h("span", { class: "state" }, "planned")))
  if (entry.state === "broken")
    return h("li", { class: "card broken" }, h("div", { class: "inside" }, title, h("span", { class: "promise" }, sign("bad"), " ", entry.says), h("span", { class: "state" }, "cannot be opened")))
  const done = entry.steps.filter(Boolean).length
  const state = entry.state === "done" ? [tick(), "Done"] : entry.state === "known" ? "Skipped: known" : entry.state === "started" ? `${done} of ${entry.steps.length} steps` : `${entry.steps.length} steps`
  const link = h("a", { class: "inside", href: `?lesson=${encodeURIComponent(entry.slug)}` },
    title,
    h("span", { class: "promise" }, entry.promise),
    entry.after.length ? h("span", { class: "after small quiet" }, "Builds on ", `${entry.after.slice(0, -1).join(", ")}${entry.after.length > 1 ? " and " : ""}${entry.after.at(-1)}`) : null,
    h("span", { class: "foot" },
      h("span", { class: "bar", "aria-hidden": "true" }, entry.steps.map((one) => h("i", { class: one ? "on" : "" }))),
      h("span", { class: "state" }, entry.next ? h("b", { class: "next" }, "Next") : null, state),
      h("span", { class: "minutes" }, entry.state === "started" ? `${entry.left} of ${entry.minutes} min left` : `${entry.minutes} min`)))
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return
    event.preventDefault()
    open(entry.slug)
  })
  return h("li", { class: `card open ${entry.state} ${entry.next ? "coming" : ""}` }, link)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "path")
  const open = (slug) => setTriggerValue("open", slug)
  const focused = node.querySelector("a:focus")?.getAttribute("href")
  put(node, data.chapters.map((chapter, index) => {
    const here = chapter.entries.filter((entry) => entry.state !== "planned")
    const done = here.filter((entry) => entry.state === "done").length
    const known = here.filter((entry) => entry.state === "known").length
    return h("section", { class: "chapter", "aria-labelledby": "chapter-" + index },
      h("div", { class: "about" }, h("h3", { id: "chapter-" + index }, chapter.title), h("p", {}, chapter.promise),
        h("p", { class: "small quiet" }, here.length ? `${done} of ${here.length} open done${known ? `, ${known} skipped` : ""}` : "Nothing open yet")),
      h("ol", { class: "cards", role: "list" }, chapter.entries.map((entry) => card(entry, open))))
  }))
  if (focused) node.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus()
}
