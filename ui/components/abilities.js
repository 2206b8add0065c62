export default function ({ data, parentElement }) {
  const missing = data.rows.filter((row) => !row.available)
  const there = data.rows.filter((row) => row.available)
  put(root(parentElement, "abilities"),
    missing.length ? h("ul", { role: "list", class: "missing" }, missing.map((row) => h("li", {}, sign("warn"), h("div", {}, h("b", {}, row.name), " is missing. ", row.reason)))) : null,
    h("ul", { role: "list", class: "there" }, there.map((row) => h("li", {}, sign("good"), " ", row.name))))
}
