const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
export default function ({ data, parentElement }) {
  const node = root(parentElement, "clock")
  clearInterval(node.ticking)
  const tick = () => {
    const left = Math.round(data.since + data.allowed - Date.now() / 1000)
    put(node, h("span", { role: "timer", class: "chip " + (left < 0 ? "over" : ""), "aria-label": left < 0 ? "Time is over" : "Time left" }, left < 0 ? `${minutes(-left)} over` : `${minutes(left)} left`))
  }
  tick()
  node.ticking = setInterval(tick, 1000)
  return () => clearInterval(node.ticking)
}
