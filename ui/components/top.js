/* Links that stay in this tab; they can also be opened in a new one. */
export default function ({ data, parentElement, setTriggerValue }) {
  const node = root(parentElement, "top")
  const link = (kind, where, href, title, ...kids) => {
    const anchor = h("a", { class: kind, href, title }, kids)
    anchor.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button) return
      event.preventDefault()
      setTriggerValue("go", where)
    })
    return anchor
  }
  arrive(node, parentElement, data.page)
  put(node,
    link("name", "home", "./", "The path through the twenty", "{keyspace}"),
    h("span", { class: "right" }, link("me", "me", "?page=me", "What you have done, and what is due", "Progress"), link("badge", "machine", "?page=machine", data.tip, data.warns ? sign("warn") : null, h("span", {}, data.redis.split(" · ").map((part, index) => h("span", { class: index ? "more" : "" }, index ? " · " : "", part))))))
}
