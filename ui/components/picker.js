const editable = (event) => {
  const target = event.composedPath()[0]
  return event.metaKey || event.ctrlKey || event.altKey || target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)
}
export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "picker")
  const had = node.querySelector("button:focus") ? true : parentElement.activeElement?.closest?.(".ks-picker")
  const buttons = data.actions.map((action, index) =>
    h("li", {}, h("button", { type: "button", "aria-pressed": String(index === data.chosen), "aria-keyshortcuts": index < 9 ? index + 1 : null, class: action.danger ? "danger" : "", on: { click: () => setTriggerValue("choose", index) } },
      h("span", { class: "digit", "aria-hidden": "true" }, index + 1), h("span", {}, action.label))))
  put(node, h("ol", { role: "list", "aria-label": "What to run" }, buttons))
  if (had) node.querySelector("[aria-pressed=true]").focus()
  if (node.keys) window.removeEventListener("keydown", node.keys)
  node.keys = (event) => {
    const index = Number(event.key) - 1
    if (!editable(event) && Number.isInteger(index) && index >= 0 && index < data.actions.length) setTriggerValue("choose", index)
  }
  window.addEventListener("keydown", node.keys)
  return () => window.removeEventListener("keydown", node.keys)
}
