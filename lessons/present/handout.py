"""A lesson on paper: one HTML file that needs nothing else: words, code, numbers and questions."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

from lessons.code import Code, NoSource, source_of
from lessons.library import Loaded, Part
from lessons.model import Burst, Compare, Numbers, Run
from lessons.present.markup import to_html
from lessons.runner import actions_of

__all__ = ["handout"]

_STYLE = """
:root { color-scheme: light; }
body { font: 11pt/1.45 "Atkinson Hyperlegible Next", system-ui, sans-serif; color: #15202b; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 22pt; margin: 0; } h2 { font-size: 15pt; margin: 1.6em 0 0.3em; border-bottom: 1px solid #b9c1c0; }
h3, h4 { font-size: 12pt; margin: 1.1em 0 0.2em; } h2, h3, h4 { break-after: avoid; } p, li { orphans: 3; widows: 3; }
pre { font: 8.5pt/1.4 "JetBrains Mono", ui-monospace, monospace; border: 1px solid #b9c1c0; padding: 0.5rem; white-space: pre-wrap; break-inside: avoid-page; }
code { font-family: "JetBrains Mono", ui-monospace, monospace; font-size: 0.9em; } pre code { font-size: inherit; }
.where, .source { color: #4d5a65; font-size: 9pt; } .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.8rem; } .pair > * { min-width: 0; }
.lines { border-bottom: 1px dotted #4d5a65; height: 1.6em; } table { border-collapse: collapse; } td, th { border: 1px solid #b9c1c0; padding: 0.15rem 0.5rem; text-align: left; }
a { color: inherit; } @page { margin: 18mm; } @media print { body { margin: 0; max-width: none; padding: 0; } }
@media (max-width: 40rem) { .pair { grid-template-columns: 1fr; } }
"""  # noqa: E501
_LINES = 3
"""Empty lines below a question, to answer on before reading on."""


def handout(loaded: Loaded) -> str:
    """The document. What a run shows is not on it: that is on the learner's own server."""
    lesson = loaded.lesson
    parts = "\n".join(_part(part) for part in loaded.parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{_text(lesson.title)}: handout</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{_text(lesson.title)}</h1>"
        f"<p><strong>{_text(lesson.promise)}</strong></p>\n{parts}\n</body></html>\n"
    )


def _part(part: Part) -> str:
    return (
        f"<section><h2>{_text(part.heading)}</h2>\n{to_html(part.words)}\n{''.join(_of_step(part))}</section>"
    )


def _of_step(part: Part) -> Iterator[str]:
    step = part.step
    if isinstance(step, Run | Burst):
        yield f"<ul>{''.join(f'<li>{_text(action.label)}</li>' for action in actions_of(step))}</ul>"
    elif isinstance(step, Compare):
        for pair in step.pairs:
            both = f"{_code(pair.naive, pair.left)}{_code(pair.hardened, pair.right)}"
            yield f"<h3>{_text(pair.title)}</h3><div class='pair'>{both}</div>"
    elif isinstance(step, Numbers):
        for fact in step.facts:
            where = ", ".join(
                f'<a href="{html.escape(one.url)}">{_text(one.title)}</a>' for one in fact.citations
            )
            measured = "Measure it on your own server." if fact.measure else ""
            told = " ".join(one for one in (where, measured) if one)
            yield f"{to_html(fact.says)}<p class='source'>{told}</p>"
    for question in part.questions:
        space = "<div class='lines'></div>" * _LINES
        yield f"<h3>{_text(question.question)}</h3>{space}{to_html(question.answer)}"


def _code(thing: Callable[..., Any], title: str) -> str:
    try:
        code: Code = source_of(thing)
    except NoSource:
        return ""
    where = f"{title}: {code.path}, line {code.first_line}"
    return (
        f"<div><p class='where'>{_text(where)}</p><pre><code>{_text(code.text.rstrip())}</code></pre></div>"
    )


def _text(text: str) -> str:
    return html.escape(text, quote=False)
