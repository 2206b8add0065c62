"""A leaderboard whose rows glide to their new rank."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Ranking
from ui.charts.counts import number

__all__ = ["data"]


def data(picture: Ranking) -> dict[str, Any]:
    """Bars are drawn from zero (or from the lowest negative score), so that lengths can be compared."""
    points = [row.points for row in picture.rows]
    low, high = min([0.0, *points]), max([0.0, *points])
    span = high - low or 1.0
    return {
        "title": picture.title,
        "unit": picture.unit,
        "text": picture.text,
        "rows": [
            {
                "name": row.name,
                "rank": row.rank + 1,
                "points": number(row.points),
                "share": round((row.points - low) / span, 4),
                "note": row.note,
                "marked": row.name in picture.highlight,
            }
            for row in picture.rows
        ],
    }
