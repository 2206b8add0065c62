/* One press, one event. Presses that come while the page is being drawn wait their turn. */
const KIND = { c: "crash", l: "lose reply", q: "lose request" }
const STATUS = { running: "next", blocked: "waits", done: "done", raised: "error", crashed: "crashed", held: "at its limit" }
const WORD = { proved: "proved", violated: "violated", bounded: "bounded", nondeterministic: "not deterministic", unsupported: "not explorable" }
const join = (at, code) => (at ? at + "." + code : code)

export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "stepper")
  const here = [data.slug, data.number].join("/")
  arrive(node, parentElement, "race")
  if (node.here !== here) Object.assign(node, { here, chosen: 1, queue: [], playing: false })
  clearTimeout(node.later)
  node.busy = 0
  const run = data.run
  const go = (changed) => { node.busy = Date.now(); setTriggerValue("go", changed) }
  const say = (words) => { node.querySelector(".told").textContent = words }
  const begin = (changed) => { node.playing = false; node.queue = []; node.chosen = 1; go({ at: "", show: "", ...changed }) }
  const at = (address, more) => go({ at: address, ...more })
  const client = (number) => run.clients[number - 1]

  const event = (number, letter) => {
    const one = client(number)
    if (!one) return say(`There is no client ${number} in this setting.`)
    node.chosen = number
    const why = one.can[letter || "run"]
    if (why) { choose(); return say(why) }
    at(join(run.at, number + letter))
  }
  const jump = (code) => (run.jumps.length ? at(join(run.at, code || run.jumps[0].code)) : say(run.no_jump))
  const undo = () => (run.at ? at(run.at.split(".").slice(0, -1).join(".")) : say("This is the beginning: there is nothing to undo."))
  const play = () => {
    if (!data.plan) return go({ show: "proof" })
    if (calm()) return at(data.plan, { show: "break" })
    node.playing = true
    at("", { show: "break" })
    node.later = setTimeout(on, 700)
  }
  const on = () => {
    if (!node.playing) return
    const plan = data.plan.split("."), done = run.at ? run.at.split(".") : []
    if (done.length >= plan.length || !data.plan.startsWith(run.at)) { node.playing = false; return }
    at(plan.slice(0, done.length + 1).join("."), { show: "break" })
  }
  const act = (key) => {
    if (key !== "b") node.playing = false
    if (/^[1-9]$/.test(key)) event(Number(key), "")
    else if (key === "c" || key === "l" || key === "q") event(node.chosen, key)
    else if (key === "t") jump()
    else if (key === "u") undo()
    else if (key === "b") play()
    else if (key === "p") go({ show: data.show === "proof" ? "" : "proof" })
    else if (key === "v") begin({ v: data.version === "naive" ? "hardened" : "naive" })
    else if (key === "0") begin({})
  }
  const choose = () => node.querySelectorAll(".client").forEach((one, index) => one.classList.toggle("chosen", index + 1 === node.chosen))
  const button = (key, words, why, press, look) =>
    h("button", { class: "act " + (look || ""), type: "button", "aria-disabled": why ? "true" : null, title: why || null, "aria-keyshortcuts": key || null,
      on: { click: () => { node.playing = false; why ? say(why) : press() } } }, words, key ? h("kbd", {}, key) : null)

  const version = (name, words, why) =>
    h("button", { class: "chip", type: "button", "aria-disabled": why ? "true" : null, title: why || null, "aria-pressed": String(data.version === name), on: { click: () => (why ? say(why) : data.version !== name && begin({ v: name })) } }, words)
  const setting = (one) =>
    h("label", { class: "small" }, one.label, " ",
      h("select", { on: { change: (event) => begin({ [one.name]: event.target.value }) } },
        Array.from({ length: one.most - one.least + 1 }, (_, index) => one.least + index).map((value) =>
          h("option", { value, selected: value === one.value }, value))))

  const column = (one) =>
    h("section", { class: "client " + one.status + (node.chosen === one.number ? " chosen" : ""), vars: { actor: `var(--ks-actor-${one.place})` }, "aria-label": one.name },
      h("div", { class: "who" }, h("button", { type: "button", class: "name", title: "Choose this client for c and l", on: { click: () => { node.chosen = one.number; choose() } } }, badge(one), " ", h("b", {}, one.name)),
        h("span", { class: "small quiet" }, STATUS[one.status] || one.status)),
      h("p", { class: "next" }, one.next ? h("code", {}, one.next) : h("span", {}, one.status === "crashed" ? "Stopped for good." : ["returned ", h("code", {}, one.result)])),
      h("div", { class: "acts" },
        button(String(one.number), "Run ", one.can.run, () => event(one.number, ""), "main"),
        button(null, "Lose reply", one.can.l, () => event(one.number, "l")),
        data.settings.some((set) => set.name === "lost_requests" && set.value) ? button(null, "Lose request", one.can.q, () => event(one.number, "q")) : null,
        button(null, "Crash", one.can.c, () => event(one.number, "c"))),
      one.code.lines.length ? h("div", { class: "source" },
        h("div", { class: "small quiet" }, one.code.path.split("/").slice(-2).join("/")),
        h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": `The code of ${one.name}` },
          one.code.lines.map((parts, index) =>
            h("div", { class: "line" + (one.code.first + index === one.line ? " stands" : ""), "aria-current": one.code.first + index === one.line ? "step" : null },
              h("span", { class: "mark", "aria-hidden": "true" }, one.code.first + index === one.line ? "▶" : ""),
              h("code", { vars: { hang: hanging(parts) } }, parts.map((part) => h("span", { class: part[0] ? "t-" + part[0] : null }, part[1]))))))) : null)

  const server = () =>
    h("section", { class: "server", "aria-label": "The keys of the server" },
      h("div", { class: "who" }, h("b", {}, "Redis"), h("span", { class: "small quiet" }, `clock + ${duration(run.clock_ms)}`)),
      run.keys.length ? null : h("p", { class: "quiet" }, "No key."),
      run.keys.map((row) =>
        h("div", { class: "key" + (row.what ? " changed" : "") + (row.gone ? " gone" : "") },
          h("div", {}, h("code", {}, row.key), row.what ? h("span", { class: "what small" }, row.what) : null),
          h("div", { class: "small quiet" }, `${row.type}, `, row.gone ? "gone" : row.ttl === null ? "no TTL" : `TTL ${duration(row.ttl)}`),
          row.value.slice(0, 12).map((part) => h("div", { class: "part " + part[2] }, part[0] ? [h("code", { class: "quiet" }, part[0]), " "] : null, h("code", {}, part[1]))))),
      h("div", { class: "acts" },
        run.jumps.length > 1
          ? run.jumps.map((one, index) => button(index ? null : "t", one.says + " ", "", () => jump(one.code)))
          : button("t", "Time jump ", run.jumps.length ? "" : run.no_jump, () => jump())))

  const strip = () => {
    const codes = run.at ? run.at.split(".") : []
    return h("nav", { class: "strip", "aria-label": "The schedule so far" },
      h("button", { type: "button", class: "moment", "aria-current": codes.length ? null : "step", on: { click: () => { node.playing = false; at("") } } }, "Start"),
      run.strip.map((one, index) =>
        h("button", { type: "button", class: "moment " + one.event.replace(" ", "-"), title: `${one.actor} ${one.says}`, "aria-label": `${index + 1}. ${one.actor} ${one.says}`,
          "aria-current": index + 1 === codes.length ? "step" : null,
          on: { click: () => { node.playing = false; at(codes.slice(0, index + 1).join(".")) } } },
          one.time ? h("b", {}, "time") : badge(one), h("span", {}, one.event === "step" ? one.says.split(" ")[0] : one.event))),
      button("u", "Undo ", run.at ? "" : "This is the beginning: there is nothing to undo.", undo))
  }

  const story = () =>
    h("section", { class: "story", role: "status" },
      h("p", { class: "headline" }, sign("bad"), " ", run.wrong),
      h("ol", {}, run.strip.map((one) => h("li", {}, h("b", {}, one.actor), " ", h("code", {}, one.says.replace("  ->  ", " →\u00a0"))))))

  const proof = () =>
    h("section", { class: "proof", role: "status", vars: { verdict: `var(--ks-verdict-${data.verdict.status}, var(--ks-quiet))` } },
      h("p", { class: "headline" }, h("span", { class: "word" }, WORD[data.verdict.status]), " ", data.verdict.says),
      run ? h("dl", {}, data.verdict.numbers.map((one) => h("div", {}, h("dt", {}, one.label), h("dd", {}, one.value)))) : null)

  const focused = node.contains(node.getRootNode().activeElement) ? [...node.querySelectorAll("button, select")].indexOf(node.getRootNode().activeElement) : -1
  put(node,
    h("div", { class: "top" },
      h("div", {}, h("a", { class: "small", href: `?lesson=${data.slug}&step=1` }, "The lesson"), h("h1", {}, `Race: ${data.title}`), h("p", { class: "invariant" }, h("b", {}, "Must hold: "), data.invariant), data.twin ? h("p", { class: "small quiet" }, data.twin) : null, data.beyond ? h("p", { class: "small quiet" }, `Beyond the promise: ${data.beyond}`) : null),
      h("div", { class: "versions", role: "group", "aria-label": "Version" }, version("naive", "Naive"), version("hardened", "Hardened"), version("own", "Your own fix", data.own_is_off))),
    h("div", { class: "bar" },
      data.races.length > 1 ? h("label", { class: "small" }, "Race ", h("select", { on: { change: (event) => begin({ n: event.target.value, clients: "", crashes: "", lost_replies: "", lost_requests: "", time_jumps: "" }) } },
        data.races.map((one) => h("option", { value: one.number, selected: one.number === data.number }, one.title)))) : null,
      data.settings.map(setting),
      h("span", { class: "goals" },
        button("b", "Break it for me ", data.verdict.status === "proved" ? "There is no schedule that breaks it: all of them were explored." : data.plan ? "" : "The search has found no schedule that breaks it.", play, "main"),
        button("p", "Prove it ", "", () => go({ show: data.show === "proof" ? "" : "proof" }), "main"))),
    h("p", { class: "told small", role: "status" }, run ? run.problem : ""),
    data.show === "proof" || !run ? proof() : null,
    run ? strip() : null,
    run && run.wrong ? story() : null,
    run && run.over && !run.wrong && run.ending ? h("p", { class: "kept", role: "status" }, sign("warn"), " ", run.ending) : null,
    run && run.over && !run.wrong && !run.ending ? h("p", { class: "kept", role: "status" }, sign("good"), " This run ends here and the promise is kept. ", data.verdict.status === "proved" ? "" : "That is one schedule, not a proof.") : null,
    run ? h("div", { class: "stage n" + run.clients.length }, column(run.clients[0]), server(), run.clients.slice(1).map(column)) : null,
    run ? h("p", { class: "small quiet" }, "Keys: ", h("kbd", {}, "1"), " to ", h("kbd", {}, run.clients.length), " run a client's next command and choose it; ", h("kbd", {}, "c"), " crash it, ", h("kbd", {}, "l"), " lose its reply; ",
      h("kbd", {}, "t"), " time jump, ", h("kbd", {}, "u"), " undo, ", h("kbd", {}, "0"), " start, ", h("kbd", {}, "v"), " other version. ", `Runs on ${data.backend}.`) : null)
  if (focused >= 0) [...node.querySelectorAll("button, select")][focused]?.focus({ preventScroll: true })
  node.querySelectorAll(".stands").forEach((line) => { const box = line.parentNode; box.scrollTop = Math.max(0, line.offsetTop - box.offsetTop - box.clientHeight / 2) })

  const heard = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !run) return
    const target = event.composedPath()[0]
    if (target.closest && target.closest("input, textarea, select, [contenteditable]")) return
    if (!/^[0-9clqtubpv]$/.test(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    if (node.busy && Date.now() - node.busy < 3000) node.queue.push(event.key)
    else act(event.key)
  }
  if (node.heard) window.removeEventListener("keydown", node.heard, true)
  node.heard = heard
  window.addEventListener("keydown", heard, true)
  if (node.playing) node.later = setTimeout(on, run && run.at ? 900 : 400)
  else if (node.queue.length && run) act(node.queue.shift())
  return () => window.removeEventListener("keydown", heard, true)
}
