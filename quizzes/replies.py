"""Replies as text, and what a question expects of one: a small language that reads like redis-cli.

    nil   OK   42   "two words"   [ana, 40, bo, 30]   {a, b} in any order   error WRONGTYPE
    100..112 for a number in that range   any   not 3

An integer and a text of the same digits are equal, and nesting does not matter: RESP2 and RESP3 differ there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["BadExpectation", "agrees", "check_expectation", "plain", "shown", "understood"]

Value = str | None | tuple[Any, ...]
"""A reply: text (numbers too), nothing, or a flat tuple. An error is a text that begins with "error "."""

_RANGE = re.compile(r"^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$")
_WORD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,\[\]{}]+)\s*')
_NUMBERED = re.compile(r"^\d+\)$")
_NIL = ("nil", "(nil)", "null", "none")


class BadExpectation(ValueError):
    """What stands behind the arrow cannot be read; the message says what is wrong."""


def plain(reply: Any) -> Value:
    """A reply of any client and protocol in one form."""
    if isinstance(reply, Exception):
        return f"error {reply}"
    if isinstance(reply, bool):
        return str(int(reply))
    if isinstance(reply, bytes):
        return reply.decode("utf-8", "backslashreplace")
    if isinstance(reply, float):
        return str(int(reply)) if reply.is_integer() and abs(reply) < 1e16 else repr(reply)
    if isinstance(reply, Mapping):
        return tuple(_flat(part for pair in reply.items() for part in pair))
    if isinstance(reply, list | tuple | set | frozenset):
        return tuple(_flat(sorted(reply) if isinstance(reply, set | frozenset) else reply))
    return None if reply is None else str(reply)


def _flat(parts: Iterable[Any]) -> Iterable[str | None]:
    for part in parts:
        found = plain(part)
        if isinstance(found, tuple):
            yield from found
        else:
            yield found


def shown(value: Value) -> str:
    """As one would write it behind the arrow."""
    if isinstance(value, tuple):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    if value is None:
        return "nil"
    return (
        value
        if (value and not re.search(r"[\s,\[\]{}\"]", value)) or value.startswith("error ")
        else f'"{value}"'
    )


def check_expectation(expected: str) -> None:
    """BadExpectation if it is not of the language."""
    agrees(expected, "")


def agrees(expected: str, got: Value) -> bool:
    """Whether the reply is what was expected."""
    wanted = expected.strip()
    if not wanted:
        raise BadExpectation("Nothing stands behind the arrow. Write the reply, for example -> 1 or -> nil.")
    if wanted.startswith("not "):
        return not agrees(wanted[4:], got)
    failed = isinstance(got, str) and got.startswith("error ")
    if wanted == "any":
        return not failed
    if wanted == "error" or wanted.startswith("error "):
        return failed and str(got).startswith(wanted)
    if match := _RANGE.match(wanted):
        try:
            return float(match[1]) <= float(str(got)) <= float(match[2])
        except ValueError:
            return False
    if wanted[0] in "[{":
        parts = _parts(wanted)
        if not isinstance(got, tuple):
            return False
        return (
            _same(parts, got) if wanted[0] == "[" else _same(sorted(map(str, parts)), sorted(map(str, got)))
        )
    return not isinstance(got, tuple) and _one(wanted) == got


def understood(expected: str, typed: str) -> bool:
    """Whether what a learner typed means the expected reply: brackets, quotes and numbering do not matter."""
    wanted = expected.strip()
    if wanted.startswith("error"):
        return typed.strip().lower().lstrip("(").startswith("error")
    if _RANGE.match(wanted):
        return agrees(wanted, typed.strip())
    if wanted[0] in "[{":
        words = [word for word in re.split(r"[\s,\[\]{}]+", typed) if word and not _NUMBERED.match(word)]
        said = [_plainly(word) for word in words if word.lower() not in ("(empty", "array)")]
        parts = [None if part is None else part.lower() for part in _parts(wanted)]
        return _same(said, parts) if wanted[0] == "[" else sorted(map(str, said)) == sorted(map(str, parts))
    one = _one(wanted)
    return _plainly(typed) == (None if one is None else one.lower())


def _plainly(typed: str) -> str | None:
    text = re.sub(r"^\(integer\)\s*", "", typed.strip().lower())
    if text in _NIL:
        return None
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _same(left: Iterable[str | None], right: Iterable[str | None]) -> bool:
    return list(left) == list(right)


def _one(text: str) -> str | None:
    if text == "nil":
        return None
    if text.startswith('"'):
        if len(text) < 2 or not text.endswith('"'):
            raise BadExpectation(f"{text} opens a quotation mark and does not close it.")
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _parts(text: str) -> list[str | None]:
    """The elements of [a, [b, c]], flat."""
    if text[-1] != {"[": "]", "{": "}"}[text[0]]:
        raise BadExpectation(f"{text} opens a list and does not close it.")
    return [_one(match.strip()) for match in _WORD.findall(text[1:-1]) if match.strip()]
