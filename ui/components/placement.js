const MUST = { meet: "must meet", spread: "must spread" }
export default function ({ data, parentElement }) {
  const node = root(parentElement, "placement")
  put(node, data.groups.map((group) =>
    h("section", { class: "panel" },
      h("header", {}, h("h3", {}, group.title), h("span", { class: "chip" }, MUST[group.must])),
      h("p", { class: "quiet" }, group.why),
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Key, with what is hashed of it marked"), h("th", { scope: "col", class: "slot" }, "Slot"))),
        h("tbody", {}, group.keys.map((key) => h("tr", {}, h("td", {}, h("code", {}, key.parts[0], h("mark", {}, key.parts[1]), key.parts[2])), h("td", { class: "slot" }, key.slot))))),
      h("p", { class: "says" }, sign(group.holds ? "good" : "bad"), " ", group.says))))
}
