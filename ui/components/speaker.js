/* Follows the presenting window: told by it through the browser, and looked up every two seconds. */
const clock = (seconds) => `${seconds < 0 ? "-" : ""}${Math.floor(Math.abs(seconds) / 60)}:${String(Math.floor(Math.abs(seconds) % 60)).padStart(2, "0")}`
const KEYS = /^(Arrow(Left|Right|Up|Down)|Page(Up|Down)|Home|End|Enter|Escape|[a-z0-9A-Z ?])$/

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "speaker")
  const where = "keyspace/" + data.deck + "/" + data.room
  if (node.where !== where) {
    node.channel?.close()
    node.channel = new BroadcastChannel(where)
    node.where = where
  }
  node.channel.onmessage = (event) => event.data && event.data.moved && setTriggerValue("moved", event.data.moved)
  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.test(event.key) || event.key === "n") return
    if (event.composedPath()[0].closest?.(".notes") && /^Arrow(Up|Down)$/.test(event.key)) return // notes that are long scroll
    event.preventDefault()
    node.channel.postMessage({ key: event.key, shift: event.shiftKey })
  }
  if (node.heard) window.removeEventListener("keydown", node.heard, true)
  node.heard = heard
  window.addEventListener("keydown", heard, true)
  const at = performance.now()
  const gone = () => (data.runs ? (performance.now() - at) / 1000 : 0)
  const behind = () => data.elapsed + gone() - data.planned_until_here - Math.min(data.elapsed_here + gone(), data.planned_here)
  put(node,
    data.gone ? h("p", { class: "gone", role: "alert" }, sign("warn"), " ", data.gone, " ", h("a", { href: `?present=${encodeURIComponent(data.deck)}&scene=${data.number}&room=${encodeURIComponent(data.room)}`, target: "_blank" }, "Open it")) : null,
    h("div", { class: "clocks" },
      h("div", {}, h("b", { class: "all" }), h("span", { class: "quiet" }, ` of ${clock(data.planned)} planned`)),
      h("div", {}, h("b", { class: "mine" }), h("span", { class: "quiet" }, ` of ${clock(data.planned_here)} for this scene`)),
      h("div", { class: "late quiet" })),
    h("p", { class: "quiet" }, `${data.deck_title}, scene ${data.number} of ${data.total}`),
    h("h1", {}, data.title),
    data.line ? h("p", { class: "line" }, data.line) : null,
    data.hands.length ? h("p", { class: "hands" }, data.hands.map((one) => h("span", {}, h("b", {}, one.count), " ", one.label)), data.outcome ? h("span", { class: "quiet" }, `came out: ${data.outcome}`) : null) : null,
    data.differs ? h("p", { class: "quiet" }, "This run's log was not that of the last one: ", data.differs, ".") : null,
    h("div", { class: "notes", tabindex: "0", role: "region", "aria-label": "Notes" }, data.notes.length ? data.notes.map((one) => h("p", {}, one)) : h("p", { class: "quiet" }, "No notes for this scene.")),
    h("div", { class: "coming" }, h("span", { class: "quiet" }, "Next: "), data.next ? [h("b", {}, data.next.title), data.next.line ? h("p", {}, data.next.line) : null] : "the end"))
  const tick = () => {
    node.querySelector(".all").textContent = clock(data.elapsed + gone())
    node.querySelector(".mine").textContent = clock(data.elapsed_here + gone())
    const late = behind()
    node.querySelector(".late").textContent = Math.abs(late) < 20 ? "on time" : late > 0 ? `${clock(late)} behind the plan` : `${clock(-late)} ahead of the plan`
  }
  tick()
  clearInterval(node.ticking)
  node.ticking = setInterval(tick, 500)
  return () => {
    clearInterval(node.ticking)
    window.removeEventListener("keydown", heard, true)
    node.channel?.close()
    node.where = ""
  }
}
