export default function ({ data, parentElement }) {
  const node = root(parentElement, "race")
  if (node.firstChild) return
  const names = [...new Set(data.steps.map((step) => step.actor))]
  const first = Object.fromEntries(data.steps.map((step) => [step.actor, step]))
  put(node,
    h("figure", { role: "img", "aria-label": data.text },
      h("figcaption", {}, data.title),
      h("div", { class: "grid" },
        names.map((name) => h("div", { class: "name" }, badge(first[name]), " ", name)),
        data.steps.map((step, index) =>
          h("div", { class: "step", vars: { column: names.indexOf(step.actor) + 1, row: index + 2, delay: index, actor: `var(--ks-actor-${step.place})` } },
            h("code", {}, h("b", {}, step.command.split(" ")[0]), " " + step.command.split(" ").slice(1).join(" ")),
            h("code", { class: "reply" }, step.reply)))),
      h("div", { class: "end", vars: { delay: data.steps.length } }, sign("bad"), " ", data.end)))
}
