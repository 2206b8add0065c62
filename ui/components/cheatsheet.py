"""The cheat sheet as a table; on a phone a card for each pattern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lessons.cheatsheet import COLUMNS, Row
from ui.components import component, told

__all__ = ["data", "draw_cheatsheet"]

_COMPONENT = component(__file__)


def draw_cheatsheet(rows: Sequence[Row], go: Callable[[str], None]) -> None:
    """`go` is called with the slug of the pattern that is chosen."""

    def opened() -> None:
        slug = told("cheatsheet", "open")
        if isinstance(slug, str) and any(row.slug == slug for row in rows):
            go(slug)

    _COMPONENT(key="cheatsheet", data=data(rows), on_open_change=opened)


def data(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "columns": list(COLUMNS),
        "rows": [
            {
                "slug": row.slug,
                "cells": list(row.cells),
                "sources": [{"title": one.title, "url": one.url} for one in row.sources],
            }
            for row in rows
        ],
    }
