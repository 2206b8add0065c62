"""The map of weak topics: a row for each pattern, a cell with a word for each topic; a cell leads on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from memory.topics import Cell
from ui.components import component, told

__all__ = ["data", "draw_topics"]

_COMPONENT = component(__file__)
_TONES = {"weak": "bad", "shaky": "warn", "fading": "warn", "solid": "good", "not asked": "plain"}


def draw_topics(
    rows: Sequence[Sequence[Cell]], names: Mapping[str, str], now: float, go: Callable[[str, str], None]
) -> None:
    """`go(pattern, topic)` is called for the cell that was chosen."""

    def chosen() -> None:
        where = told("topics", "go")
        if isinstance(where, dict):
            go(str(where.get("pattern", "")), str(where.get("topic", "")))

    _COMPONENT(key="topics", data=data(rows, names, now), on_go_change=chosen)


def data(rows: Sequence[Sequence[Cell]], names: Mapping[str, str], now: float) -> dict[str, Any]:
    return {
        "topics": [cell.topic for cell in rows[0]] if rows else [],
        "rows": [
            {
                "pattern": row[0].pattern,
                "name": names[row[0].pattern],
                "cells": [
                    {
                        "word": cell.word,
                        "tone": _TONES[cell.word],
                        "right": cell.right,
                        "questions": cell.questions,
                        "recall": None if cell.recall is None else round(100 * cell.recall),
                        "days": None
                        if cell.last_seen is None
                        else max(0, int((now - cell.last_seen) // 86_400)),
                    }
                    for cell in row
                ],
            }
            for row in rows
        ],
    }
