"""Whether a document can be taken in: every row is checked against its table before anything is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

__all__ = ["CarryError", "rows_of"]

MOST_ROWS = 200_000
LAST_MOMENT = 7_258_118_400.0  # the year 2200
_HEADER = ("format", "version")


class CarryError(ValueError):
    """A document that cannot be taken in: what is wrong in it, and where."""


def rows_of(document: Mapping[str, Any], tables: Mapping[str, sa.Table]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the document by kind, each with exactly the columns of its table but the learner."""
    for name in document:
        if name not in tables and name not in _HEADER:
            raise CarryError(f"The file has {name!r}, which is not known here.")
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in tables.items():
        rows = document.get(name, [])
        if not isinstance(rows, list):
            raise CarryError(f"{name} must be a list, and is {_shown(rows)}.")
        if len(rows) > MOST_ROWS:
            raise CarryError(f"{name} has {len(rows):,} rows; {MOST_ROWS:,} is the limit.")
        found[name] = [_row(f"{name}[{number}]", table, row) for number, row in enumerate(rows)]
    if len(found.get("profile", [])) > 1 or len(found.get("place", [])) > 1:
        raise CarryError("The file is about more than one learner.")
    return found


def _row(where: str, table: sa.Table, row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise CarryError(f"{where} must be an object, and is {_shown(row)}.")
    columns = [column for column in table.columns if column.name != "learner"]
    for name in row:
        if name not in [column.name for column in columns]:
            raise CarryError(f"{where} has {name!r}, which is not known here.")
    for column in columns:
        if column.name not in row:
            raise CarryError(f"{where}.{column.name} is missing.")
        value = row[column.name]
        what = _breach(table.name, column, value)
        if what:
            raise CarryError(f"{where}.{column.name} must be {what}, and is {_shown(value)}.")
    return row


def _breach(table: str, column: sa.Column[Any], value: Any) -> str:
    """What the value must be, if it is not."""
    if value is None and column.nullable:
        return ""
    check, what = _RULES.get((table, column.name)) or _TYPES[type(column.type)]
    return "" if check(value) else what


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _number(value: Any, high: float = LAST_MOMENT) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= high
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10_000 and _can_be_kept(value)


def _can_be_kept(text: str) -> bool:
    """Neither the character 0, which PostgreSQL refuses, nor half a pair of UTF-16, which UTF-8 does."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _document(value: Any) -> bool:
    if isinstance(value, str):
        return _can_be_kept(value)
    if isinstance(value, dict):
        return all(_document(key) and _document(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_document, value))
    return not isinstance(value, float) or math.isfinite(value)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_Rule = tuple[Callable[[Any], bool], str]
_OBJECT: _Rule = (lambda value: isinstance(value, dict) and _document(value), "an object")
_RULES: dict[tuple[str, str], _Rule] = {
    ("profile", "interview"): (_day, "a day like 2026-01-31"),
    ("profile", "settings"): _OBJECT,
    ("attempt", "filter"): _OBJECT,
    ("attempt", "state"): _OBJECT,
    ("attempt", "questions"): (
        lambda value: isinstance(value, list) and all(map(_text, value)),
        "a list of the questions' ids",
    ),
    ("attempt", "seed"): (lambda value: _whole(value, -(2**63), 2**63 - 1), "a whole number"),
    ("answer", "score"): (lambda value: _number(value, 1.0), "a number from 0 to 1"),
    ("answer", "confidence"): (lambda value: _whole(value, 0, 100), "a whole number from 0 to 100"),
    ("review", "rating"): (lambda value: _whole(value, 1, 4), "1, 2, 3 or 4"),
    ("card", "state"): (lambda value: _whole(value, 1, 3), "1, 2 or 3"),
}
_TYPES: dict[type, _Rule] = {
    sa.Text: (_text, "a text"),
    sa.Double: (_number, "a number, not negative"),
    sa.Integer: (lambda value: _whole(value, 0, 2**31 - 1), "a whole number, not negative"),
    sa.Boolean: (lambda value: isinstance(value, bool), "true or false"),
    sa.JSON: (_document, "something that JSON can hold, without the character 0"),
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
