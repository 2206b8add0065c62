"""A ledger or a comparison: rows whose tone is a sign before their first cell."""

from __future__ import annotations

import re
from typing import Any

from lessons.pictures import Table
from ui.charts.tones import bounded, legend, not_drawn

__all__ = ["MOST", "data"]

MOST = 60
_NUMBER = re.compile(r"[-+]?[\d,.]+(\s?(%|ms|s|µs|B|KB|KiB|MB|MiB|GB|x))?")


def data(picture: Table) -> dict[str, Any]:
    """Columns of nothing but numbers stand on the right of their column."""
    rows, out = bounded(picture.rows, MOST)
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "out": not_drawn(out, "row"),
        "legend": legend(row.tone for row in rows),
        "columns": [
            {"name": name, "number": _numbers([row.cells[place] for row in rows])}
            for place, name in enumerate(picture.columns)
        ],
        "rows": [{"cells": list(row.cells), "tone": row.tone} for row in rows],
    }


def _numbers(cells: list[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)
