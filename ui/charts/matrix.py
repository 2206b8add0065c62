"""Rows against columns, as a table of short marks."""

from __future__ import annotations

from typing import Any

from lessons.pictures import Matrix
from ui.charts.tones import bounded, legend, not_drawn

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "data"]

MOST_COLUMNS = 16
MOST_ROWS = 24


def data(picture: Matrix) -> dict[str, Any]:
    columns, columns_out = bounded(picture.columns, MOST_COLUMNS)
    rows, rows_out = bounded(picture.rows, MOST_ROWS)
    out = [not_drawn(rows_out, "row"), not_drawn(columns_out, "column")]
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "corner": picture.corner,
        "out": " ".join(words for words in out if words),
        "legend": legend(cell.tone for row in rows for cell in row.cells[: len(columns)]),
        "columns": list(columns),
        "rows": [
            {
                "name": row.name,
                "note": row.note,
                "cells": [
                    {"mark": cell.mark, "tone": cell.tone, "note": cell.note}
                    for cell in row.cells[: len(columns)]
                ],
            }
            for row in rows
        ],
    }
