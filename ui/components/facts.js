const HOLDS = { good: "Holds here. ", bad: "Does not hold here. ", plain: "Not run. " }
export default function ({ data, parentElement }) {
  const node = root(parentElement, "facts")
  put(node, data.topics.map((topic) =>
    h("section", {}, h("h2", {}, topic.title),
      h("ul", { role: "list" }, topic.facts.map((fact) =>
        h("li", { class: "fact" },
          h("p", { class: "says" }, fact.says),
          fact.trap ? h("p", { class: "trap" }, sign("warn"), h("span", {}, h("b", {}, "Often said, and false: "), fact.trap)) : null,
          fact.seen ? h("p", { class: "seen" }, sign(fact.tone), h("span", {}, h("b", {}, HOLDS[fact.tone]), fact.seen)) : fact.can ? null : h("p", { class: "small quiet" }, "No run can decide this."),
          h("p", { class: "small quiet" }, fact.sources.map((one, index) => [index ? ", " : "", h("a", { href: one.url, target: "_blank", rel: "noreferrer" }, one.title)]), `. Last checked ${fact.checked}.`)))))))
}
