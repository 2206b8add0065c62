"""What a document may hold, how a place in it is named, and the three changes as plain functions."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from patterns.wire import content, name, number, whole

__all__ = [
    "LARGEST_NUMBER", "NEW", "Conflict", "DoesNotFit", "NoDocument", "Path", "Stored",
    "amount", "append", "decoded", "encoded", "increment", "place", "replace", "whole_document",
]  # fmt: skip

Path = Sequence[str | int]
"""A place in a document, step by step: ("orders", 0, "total"). A list of steps needs no escaping."""

NEW = "new"
"""The version of a document that does not exist."""

LARGEST_NUMBER = 2**53 - 1
"""Whole numbers beyond this are not the same number in every language that reads JSON."""

LARGEST_DOCUMENT = 1_000_000
DEEPEST = 32


class NoDocument(LookupError):
    """There is no document of this id, or no longer."""


class DoesNotFit(Exception):
    """The document has nothing at this place, or not the kind of thing that can be changed in this way."""


class Conflict(Exception):
    """The document has another version by now: read it again, and decide again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document and its version, for a change that depends on the whole of it."""

    value: Any
    version: str


def encoded(value: object) -> str:
    """`value` as JSON, if every reader will read the same out of it."""
    _check(value, DEEPEST)
    found = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if (size := len(found.encode())) > LARGEST_DOCUMENT:
        raise ValueError(f"a document must have at most {LARGEST_DOCUMENT:,} bytes, not {size:,}")
    return found


def whole_document(value: object) -> str:
    """`value` as JSON, if it is an object or a list, which have places to change."""
    if not isinstance(value, dict | list):
        raise ValueError(f"a document is an object or a list, not {value!r}")
    return encoded(value)


def decoded(reply: bytes | str | None) -> Any:
    """A document as Redis returns it, None where there is none."""
    return None if reply is None else json.loads(reply)


def place(path: Path) -> tuple[str | int, ...]:
    """`path`, if it names a place inside a document: keys of objects and positions in lists."""
    if not isinstance(path, list | tuple):
        raise ValueError(f"a path is a list of keys and positions, not {path!r}")
    whole("the number of steps", len(path), 1, DEEPEST)
    for step in path:
        if isinstance(step, str):
            if not name("a key", step).isprintable() or step != step.strip() or '"' in step or "\\" in step:
                # The JSON module would read one key and write another: it forgets to undo what escapes them.
                raise ValueError(f"{step!r} cannot stand in a path: quotes, backslashes, blanks at an end")
        else:
            whole("a position", step, 0, LARGEST_DOCUMENT)
    return tuple(path)


def amount(by: object) -> int | float:
    """`by`, if it can be added to a number."""
    number("by", by, -LARGEST_NUMBER, LARGEST_NUMBER)
    return by  # type: ignore[return-value]  # the check has just said so; a whole number stays one


def increment(document: Any, path: tuple[str | int, ...], by: float) -> int | float:
    """Add to the number at the place; the new number."""
    parent, last = _found(document, path)
    old = parent[last]
    if isinstance(old, bool) or not isinstance(old, int | float) or abs(old + by) > LARGEST_NUMBER:
        raise DoesNotFit(f"at {path} is {old!r}, to which {by} cannot be added")
    parent[last] = old + by
    return old + by


def append(document: Any, path: tuple[str | int, ...], value: object) -> int:
    """Add to the end of the list at the place; the new length."""
    parent, last = _found(document, path)
    if not isinstance(parent[last], list):
        raise DoesNotFit(f"at {path} is no list")
    parent[last].append(value)
    return len(parent[last])


def replace(document: Any, path: tuple[str | int, ...], value: object) -> None:
    """Set a key of an object, new or old, or a position of a list that is there."""
    parent, last = _found(document, path, may_be_new=True)
    parent[last] = value


def _found(document: Any, path: tuple[str | int, ...], *, may_be_new: bool = False) -> tuple[Any, Any]:
    """The object or list that holds the place, and the last step to it."""
    *way, last = path
    for step in way:
        if not _has(document, step):
            raise DoesNotFit(f"the document has nothing at {path}")
        document = document[step]
    if not _has(document, last) and not (may_be_new and isinstance(document, dict) and isinstance(last, str)):
        raise DoesNotFit(f"the document has nothing at {path}")
    return document, last


def _has(document: Any, step: str | int) -> bool:
    if isinstance(step, str):
        return isinstance(document, dict) and step in document
    return isinstance(document, list) and step < len(document)


def _check(value: object, deeper: int) -> None:
    if deeper < 0:
        raise ValueError(f"a document must not be deeper than {DEEPEST} levels")
    match value:
        case None | bool():
            pass
        case str():
            content("a text", value)
        case int():
            whole("a number", value, -LARGEST_NUMBER, LARGEST_NUMBER)
        case float():
            if not math.isfinite(value):
                raise ValueError(f"a document cannot hold {value}")
        case list():
            for one in value:
                _check(one, deeper - 1)
        case dict():
            for key, one in value.items():
                content("a key", key)
                _check(one, deeper - 1)
        case _:
            raise ValueError(f"a document cannot hold {type(value).__name__}")
