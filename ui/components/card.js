export default function ({ data, parentElement }) {
  const node = root(parentElement, "card")
  const open = node.querySelector("details")?.open
  put(node,
    h("div", { class: "panel" },
      h("h3", {}, "How the naive one breaks"),
      h("dl", {}, data.anomalies.map((one) => h("div", {}, h("dt", {}, sign("bad"), " ", one.name), h("dd", {}, coded(one.says))))),
      h("details", { open: Boolean(open) }, h("summary", {}, "What the hardened one promises, and its price"),
        h("dl", { class: "parts" }, data.parts.map((part) => h("div", {}, h("dt", {}, part.title),
          h("dd", {}, part.list ? h("ul", {}, part.lines.map((line) => h("li", {}, coded(line)))) : coded(part.lines[0]))))))))
}
