/* Scenes that are said and not run: points, a sum, keys on their slots, a version of the dial, a question.
   `parts` has the scene's data and the pieces that every scene is made of. */
const spans = (pieces) => pieces.map(([kind, text]) => (kind === "code" ? h("code", {}, text) : kind === "strong" ? h("b", {}, text) : kind === "em" ? h("em", {}, text) : text))

const sayPoints = ({ data }) =>
  h("ul", { class: "grows points", "data-most": 2, "data-least": 1.1 }, data.points.map((one) => h("li", {}, spans(one))))

const saySum = ({ data, hands, result }) => [
  hands(), result(),
  h("ol", { class: "grows sum", "data-most": 1.9, "data-least": 0.95, "aria-label": "The sum, line by line" }, data.sum.map((one) =>
    h("li", {}, h("span", {}, one.says), h("span", { class: "quiet", "aria-hidden": "true" }, "="), h("b", {}, spoken(" is "), one.result))))]

const sayKeys = ({ data, hands, result, columns, panel }) => {
  const name = (key) => h("code", {}, key.parts[0], key.slot ? h("mark", {}, key.parts[1]) : key.parts[1], key.parts[2])
  if (!data.result) return [hands(), h("ul", { class: "grows names", "data-most": 1.6, "data-least": 0.9, "aria-label": "The keys" }, data.keys.map((key) => h("li", {}, name(key))))]
  const list = panel("What is hashed is marked", "slot", data.keys.map((key, at) => h("div", { class: "row slotted" }, h("b", {}, at + 1), name(key), h("b", { class: "slot-number" }, key.slot))), "keys-panel server")
  return [hands(), result(), h("h2", { class: "ks-spoken" }, "As a picture"), columns(h("div", { class: "slot", "aria-hidden": "true" }), list)]
}

const sayVersion = ({ data, result, columns, codePanel }) => [
  h("ol", { class: "versions", "aria-label": "Versions of Redis" }, data.dial.map((one) =>
    h("li", { class: (one.served ? "served" : "") + (one.here ? " here" : "") }, h("b", {}, one.version), h("span", {}, one.here ? "yours" : ""), one.served ? spoken(" is written so") : null))),
  result(),
  data.command ? h("p", { class: "grows command", "data-most": 2.1, "data-least": 0.9 }, h("code", {}, data.command)) : data.code.length ? columns(codePanel(data.code[0])) : null,
  h("p", { class: "way" }, spans(data.words)),
  h("p", { class: "quiet source" }, "Source: ", data.answer)]

const askRoom = ({ data }) =>
  h("div", { class: "grows choice" + (data.revealed ? " out" : ""), role: data.revealed ? "status" : null, "data-most": 1.5, "data-least": 0.88 },
    h("p", { class: "prompt" }, spans(data.choice.prompt)),
    h("ol", { "aria-label": "Options" }, data.choice.options.map((one) =>
      h("li", { class: one.right === true ? "right" : one.right === false ? "wrong" : "" },
        h("kbd", {}, one.letter),
        h("div", {}, h("p", { class: "text" }, spans(one.text)),
          one.why.length ? h("p", { class: "why" }, one.belief.length ? ["“", spans(one.belief), "”: "] : null, spans(one.why)) : null),
        h("b", { class: "count" }, one.count), one.right === null ? null : [sign(one.right ? "good" : "bad"), spoken(one.right ? "This is right" : "This is wrong")]))))
