"""The report of an interview, as Markdown and as one HTML file that needs nothing else and can be printed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from quizzes.interview.model import Choice, Outcome, Prompt, Rung
from quizzes.interview.scoring import Mark, Scored, heard_points, score
from quizzes.interview.sitting import Run, Sitting, Turn

__all__ = [
    "HOW_IT_COUNTS",
    "OUTCOME_WORDS",
    "as_html",
    "as_json",
    "as_markdown",
    "headline",
    "lines_of_marks",
]

OUTCOME_WORDS: dict[Outcome, str] = {
    "holds": "it holds", "price": "at a price that shows", "breaks": "it breaks",
}  # fmt: skip
HOW_IT_COUNTS = (
    "The table counts the points of all levels. "
    "Said: a word of the point is in the text, or it was ticked as said aloud. Predicted: the outcome of a "
    "run was told beforehand. Demonstrated: the run bore the claim out. Words are counted, not weighed: read "
    "the transcript beside the model answers."
)
Block = tuple[str, str]
"""(kind, text): h1, h2, h3, p, item, quote; `table` is drawn from the marks."""


def headline(scored: Scored) -> str:
    """ "9 of 14 points that a senior must say, 2 claims demonstrated" """
    said, of = scored.expected
    claims = "no claim demonstrated"
    if scored.demonstrated:
        claims = f"{scored.demonstrated} claim{'' if scored.demonstrated == 1 else 's'} demonstrated"
    return f"{said} of {of} points that a {scored.role} must say, {claims}"


def lines_of_marks(marks: tuple[Mark, ...]) -> Iterator[tuple[str, str, str, str]]:
    """(slot, said, predicted, demonstrated) in words; a dash where nothing could be."""
    for one in marks:
        said = f"{one.said} of {one.sayable}" if one.sayable else "–"
        if one.ticked:
            said += f" ({one.ticked} ticked)"
        predicted = f"{one.predicted} of {one.runs}" if one.runs else "–"
        yield one.slot, said, predicted, f"{one.demonstrated} of {one.runs}" if one.runs else "–"


def as_json(prompt: Prompt, sitting: Sitting) -> dict[str, object]:
    """What is kept of it in the store, for lists: the numbers, not the words."""
    scored = score(prompt, sitting)
    return {
        "prompt": prompt.id, "title": prompt.title, "role": scored.role, "minutes": sitting.plan.minutes,
        "headline": headline(scored), "said": list(scored.expected), "beyond": list(scored.beyond),
        "predicted": [scored.predicted, scored.runs], "demonstrated": [scored.demonstrated, scored.claimed],
        "reached": [scored.reached, scored.rungs], "gaps": [one.subject for one in scored.gaps],
    }  # fmt: skip


def as_markdown(prompt: Prompt, sitting: Sitting) -> str:
    """The whole report."""
    parts: list[str] = []
    for kind, text in _blocks(prompt, sitting):
        if kind == "table":
            parts.append(_markdown_table(score(prompt, sitting).marks))
        elif kind == "item":
            parts.append(f"- {text}")
        elif kind == "quote":
            parts.append("\n".join(f"> {line}".rstrip() for line in text.splitlines()))
        else:
            parts.append({"h1": "# ", "h2": "## ", "h3": "### ", "p": ""}[kind] + text)
    text = "\n\n".join(parts)
    return text.replace("\n\n- ", "\n- ") + "\n"


def as_html(prompt: Prompt, sitting: Sitting) -> str:
    """The same to print: one file, no script, nothing from elsewhere."""
    body: list[str] = []
    open_list = False
    for kind, text in _blocks(prompt, sitting):
        if (kind == "item") != open_list:
            body.append("</ul>" if open_list else "<ul>")
            open_list = not open_list
        if kind == "table":
            body.append(_html_table(score(prompt, sitting).marks))
        elif kind == "item":
            body.append(f"<li>{_inline(text)}</li>")
        elif kind == "quote":
            body.append(f"<blockquote>{escape(text)}</blockquote>")
        else:
            body.append(f"<{kind}>{_inline(text)}</{kind}>")
    if open_list:
        body.append("</ul>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Interview: {escape(prompt.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main>\n{chr(10).join(body)}\n</main></body></html>\n"
    )


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;margin:2rem}
main{max-width:46rem;margin:0 auto}
h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2rem;border-bottom:1px solid #bbb}h3{margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left}
blockquote{margin:.5rem 0;padding:.2rem 1rem;border-left:3px solid #777;white-space:pre-wrap}
code{font-family:ui-monospace,monospace}li{margin:.15rem 0}
@media print{body{margin:0;font-size:11pt}h3,blockquote,li{break-inside:avoid}}
""".strip()


def _blocks(prompt: Prompt, sitting: Sitting) -> Iterator[Block]:
    scored = score(prompt, sitting)
    yield "h1", f"Mock interview: {prompt.title}"
    yield "p", f"{headline(scored)}."
    yield "p", _sizes(scored, sitting)
    yield "p", " ".join(prompt.opening.split())
    yield "h2", "The rubric"
    yield "table", ""
    yield "p", HOW_IT_COUNTS
    yield "h2", "Strengths"
    for says in scored.strengths or ("None that could be counted.",):
        yield "item", says
    yield "h2", "Gaps"
    if not scored.gaps:
        yield "item", "None in what was answered."
    for gap in scored.gaps:
        listed = " ".join(point.says for point in gap.missing)
        yield "item", f"**{gap.kind.capitalize()}.** {listed}"
    yield "h2", "Transcript"
    for id, turn in zip(sitting.plan.rungs, sitting.turns, strict=True):
        rung = prompt.rung(id)
        if rung is not None:
            yield from _turn(rung, turn)
    if sitting.notes.strip():
        yield "h2", "Notes"
        yield "quote", sitting.notes.strip()


def _sizes(scored: Scored, sitting: Sitting) -> str:
    beyond, of = scored.beyond
    parts = [
        f"{sitting.plan.minutes} minutes, as {scored.role}.",
        f"{scored.reached} of {scored.rungs} questions answered.",
    ]
    if of:
        parts.append(f"Above that level: {beyond} of {of} points.")
    if scored.runs:
        parts.append(f"{scored.predicted} of {scored.runs} outcomes predicted.")
    return " ".join(parts)


def _turn(rung: Rung, turn: Turn) -> Iterator[Block]:
    yield "h3", rung.kind.capitalize() + _took(turn)
    yield "p", f"**Interviewer:** {' '.join(rung.question.split())}"
    if not turn.answered:
        yield "p", "Not answered."
        if turn.text.strip():
            yield "quote", turn.text.strip()
        return
    if turn.text.strip():
        yield "quote", turn.text.strip()
    else:
        yield "p", "Said aloud, nothing written."
    for run in turn.runs:
        if rung.claim is not None and run.choice < len(rung.claim.choices):
            yield "item", _run(rung.claim.choices[run.choice], run)
    for one in heard_points(rung, turn):
        how = "heard" if one.in_text else "ticked" if one.ticked else "missing"
        yield "item", f"{how} · {one.point.slot} ({one.point.level}): {one.point.says}"
    yield "p", f"**Model answer:** {' '.join(rung.answer.split())}"


def _run(choice: Choice, run: Run) -> str:
    expected = OUTCOME_WORDS[run.predicted] if run.predicted else "nothing"
    verdict = "demonstrated" if run.outcome == choice.claims else "refuted"
    return (
        f"**Claimed, {verdict}:** {choice.says} Predicted: {expected}. "
        f"The run: {OUTCOME_WORDS[run.outcome]}. {run.says}"
    )


def _took(turn: Turn) -> str:
    if turn.began is None or turn.left is None:
        return ""
    seconds = max(0, round(turn.left - turn.began))
    return f" ({seconds // 60}:{seconds % 60:02})"


def _markdown_table(marks: tuple[Mark, ...]) -> str:
    rows = ["| Rubric | Said | Predicted | Demonstrated |", "|---|---|---|---|"]
    rows += [f"| {' | '.join(line)} |" for line in lines_of_marks(marks)]
    return "\n".join(rows)


def _html_table(marks: tuple[Mark, ...]) -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in ("Rubric", "Said", "Predicted", "Demonstrated"))
    rows = "".join(
        f'<tr><th scope="row">{escape(line[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in line[1:])
        + "</tr>"
        for line in lines_of_marks(marks)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _inline(text: str) -> str:
    """Our own **bold** and `code`; everything else is text."""
    pieces = escape(text).split("**")
    bold = "".join(f"<b>{one}</b>" if number % 2 else one for number, one in enumerate(pieces))
    code = bold.split("`")
    return "".join(f"<code>{one}</code>" if number % 2 else one for number, one in enumerate(code))
