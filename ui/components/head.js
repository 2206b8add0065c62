const TICK = "M5 12.5l4.7 4.8L19 7.2"

function steps(node, parentElement, data) {
  return data.steps.map((step, index) => {
    const here = index === data.here
    const link = h("a", { href: `?lesson=${encodeURIComponent(data.slug)}&step=${index + 1}`, "aria-current": here ? "step" : null, title: step.heading },
      h("span", { class: "number" }, step.done ? s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: TICK })) : index + 1),
      h("span", { class: "words" }, h("span", { class: "heading", "aria-hidden": step.word === step.heading ? null : "true" }, step.word), step.word === step.heading ? null : spoken(step.heading), step.done ? spoken(", done") : null))
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return
      event.preventDefault()
      node.go(index)
      draw(node, parentElement, { ...data, here: index }) // at once; what belongs to the step follows
    })
    return h("li", { class: [here ? "here" : "", step.done ? "done" : ""].join(" ") }, link)
  })
}

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "head")
  node.go = (index) => setTriggerValue("go", index)
  draw(node, parentElement, data)
}

function draw(node, parentElement, data) {
  const focused = parentElement.activeElement?.getAttribute?.("href")
  put(node,
    h("header", {}, h("h1", {}, data.title), h("p", {}, data.promise, " ", h("span", { class: "quiet" }, data.about))),
    h("nav", { "aria-label": "Steps of this lesson" }, h("ol", { role: "list", class: data.steps.length > 9 ? "many" : null }, steps(node, parentElement, data))),
    h("p", { class: "where small quiet" }, `Step ${data.here + 1} of ${data.steps.length}`),
    h("h2", {}, data.steps[data.here].heading))
  arrive(node, parentElement, `${data.slug} ${data.here}`)
  if (focused) node.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus()
}
