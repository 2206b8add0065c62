"""Columns of cards. A card that comes back in another column glides there."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Board, Column
from ui.charts.tones import bounded, legend, not_drawn

__all__ = ["MOST_CARDS", "MOST_COLUMNS", "data"]

MOST_CARDS = 8
MOST_COLUMNS = 8


def data(picture: Board) -> dict[str, Any]:
    columns, out = bounded(picture.columns, MOST_COLUMNS)
    tones = [card.tone for column in columns for card in column.cards] + [column.tone for column in columns]
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "out": not_drawn(out, "column"),
        "legend": legend(tones),
        "columns": [_column(column) for column in columns],
    }


def _column(column: Column) -> dict[str, Any]:
    cards, out = bounded(column.cards, MOST_CARDS)
    return {
        "title": column.title,
        "note": column.note,
        "tone": column.tone,
        "count": len(column.cards) + column.more,
        "more": f"and {out + column.more:,} more" if out + column.more else "",
        "cards": [
            {
                "key": card.key or card.title,
                "title": card.title,
                "lines": list(card.lines),
                "tone": card.tone,
                "badge": card.badge,
            }
            for card in cards
        ],
    }
