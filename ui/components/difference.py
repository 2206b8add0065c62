"""Two versions side by side: equal lines face each other, the rest is marked on its side."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

from lessons.model import Pair
from ui.components import component
from ui.components.code import coloured, source_of

__all__ = ["aligned", "data", "draw_difference"]

_COMPONENT = component(__file__)


_ALIKE = 0.25
"""Versions that share fewer of their lines than this stand side by side without being lined up."""


def draw_difference(pair: Pair, key: str) -> None:
    _COMPONENT(key=key, data=data(pair))


def data(pair: Pair) -> dict[str, Any]:
    left, right = _side(pair.naive, pair.left), _side(pair.hardened, pair.right)
    rows = aligned(left["text"], right["text"])
    return {
        "title": pair.title,
        "left": left,
        "right": right,
        "rows": rows,
        "apart": sum(row[2] or 0 for row in rows) < _ALIKE * min(len(left["text"]), len(right["text"])),
    }


def aligned(left: list[str], right: list[str]) -> list[list[int | None]]:
    """[line on the left, line on the right, 1 if they are the same]; None where the other side has more."""
    rows: list[list[int | None]] = []
    stripped = [line.strip() for line in left], [line.strip() for line in right]
    for what, a, b, c, d in SequenceMatcher(None, *stripped, autojunk=False).get_opcodes():
        for offset in range(max(b - a, d - c)):
            one = a + offset if a + offset < b else None
            other = c + offset if c + offset < d else None
            rows.append([one, other, int(what == "equal")])
    return rows


def _side(thing: Callable[..., Any], title: str) -> dict[str, Any]:
    code = source_of(thing)
    return {
        "title": title,
        "path": code.path,
        "name": code.name,
        "first": code.first_line,
        "lines": coloured(code.text, code.path),
        "text": code.text.rstrip("\n").split("\n"),
        "bugs": _bugs(code.text),
    }


def _bugs(text: str) -> list[int]:
    """The lines of comments that own up to a bug on purpose."""
    found: list[int] = []
    inside = False
    for number, line in enumerate(text.split("\n")):
        comment = line.strip().startswith("#")
        inside = comment and (inside or "Bug on purpose" in line)
        if inside:
            found.append(number)
    return found
