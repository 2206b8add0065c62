"""Labelled bars from zero, as a table."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Bars
from lessons.pictures.words import amount
from ui.charts.counts import number
from ui.charts.tones import bounded, legend, not_drawn

__all__ = ["MOST", "data"]

MOST = 40


def data(picture: Bars) -> dict[str, Any]:
    """Each bar's length is its part of the longest, or of the limit where that is further."""
    shown, out = bounded(picture.bars, MOST)
    most = max([bar.value for bar in picture.bars] + [picture.limit or 0.0, picture.until]) or 1.0
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "unit": picture.unit,
        "out": not_drawn(out, "bar"),
        "legend": legend(bar.tone for bar in shown),
        "shares": picture.total is not None and bool(picture.total),
        "limit": None
        if picture.limit is None
        else {
            "at": round(picture.limit / most, 4),
            "label": f"{picture.limit_label or 'limit'}: {amount(picture.limit, picture.unit)}",
        },
        "bars": [
            {
                "name": bar.name,
                "group": bar.group,
                "value": number(bar.value),
                "length": round(max(bar.value, 0.0) / most, 4),
                "share": picture.share(bar),
                "tone": bar.tone,
                "note": bar.note,
            }
            for bar in shown
        ],
    }
