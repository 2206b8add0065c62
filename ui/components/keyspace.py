"""The keyspace as it was read, with what the last run did to it. TTLs count down in the browser.

One reading is enough: the browser knows how old it is and runs each deadline down by itself, so no rerun of
the page is needed to see a key come to its end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ui.components import component

if TYPE_CHECKING:
    from lab.snapshot import Change, KeyState, Snapshot

__all__ = ["data", "draw_keyspace"]

_COMPONENT = component(__file__)

_COLUMNS: dict[str, tuple[str, str]] = {
    "zset": ("member", "score"),
    "hash": ("field", "value"),
    "list": ("index", "value"),
    "set": ("member", ""),
    "stream": ("entry", "fields"),
    "timeseries": ("moment", "value"),
}
_ABOUT = ("fact", "value")  # what is known of a value that only its module can read
_ELEMENTS: dict[str, tuple[str, str]] = {
    "zset": ("member", "members"),
    "hash": ("field", "fields"),
    "list": ("element", "elements"),
    "set": ("member", "members"),
    "stream": ("entry", "entries"),
    "string": ("byte", "bytes"),
    "json": ("byte", "bytes"),
    "timeseries": ("sample", "samples"),
    "bloom": ("item", "items"),
    "graph": ("node", "nodes"),
    "hyperloglog": ("byte", "bytes"),
}
_BRIEF = 44
_WORDS = {
    "created": "created",
    "changed": "changed",
    "deleted": "deleted",
    "expired": "expired",
    "ttl": "new TTL",
}


def draw_keyspace(snapshot: Snapshot, changes: Sequence[Change], key: str, title: str = "Keyspace") -> None:
    _COMPONENT(key=key, data=data(snapshot, changes, time.time(), title))


def data(
    snapshot: Snapshot, changes: Sequence[Change], now: float, title: str = "Keyspace"
) -> dict[str, Any]:
    """Keys in order, those that are gone among them. `age` is how old the reading was when it was sent."""
    changed = {change.key: change for change in changes}
    rows = [_row(state, changed.get(state.key)) for state in snapshot.keys]
    here = {state.key for state in snapshot.keys}
    rows += [
        _row(change.before, change, gone=True)
        for change in changes
        if change.key not in here and change.before is not None
    ]
    return {
        "title": title,
        "reading": snapshot.at,
        "age": max(0.0, now - snapshot.at),
        "left_out": snapshot.truncated,
        "rows": sorted(rows, key=lambda row: str(row["key"])),
    }


def _row(state: KeyState, change: Change | None, *, gone: bool = False) -> dict[str, Any]:
    before = change.before if change and not gone else None
    one, many = _ELEMENTS.get(state.type, ("", ""))
    return {
        "key": state.key,
        "type": state.type,
        "ttl": None if gone else state.ttl_ms,
        "gone": gone,
        "size": f"{state.size:,} {one if state.size == 1 else many}".strip(),
        "columns": _COLUMNS.get(state.type, ("", "") if isinstance(state.value, str) else _ABOUT),
        "value": _elements(state, before, compare=change is not None and change.what == "changed"),
        "more": state.more,
        "what": _WORDS.get(change.what, change.what) if change else "",
        "says": _says(change),
        "brief": _brief(state),
    }


def _says(change: Change | None) -> str:
    """How it changed. Of a key that is new or gone, the row says everything itself."""
    return change.says if change and change.what in ("changed", "ttl") else ""


def _brief(state: KeyState) -> str:
    """A short text is shown at once, without opening the key."""
    return state.value if isinstance(state.value, str) and len(state.value) <= _BRIEF else ""


def _elements(state: KeyState, before: KeyState | None, *, compare: bool) -> list[list[str]]:
    """[left, right, mark, what stood there before]: mark is "", "new", "changed" or "gone"."""
    if isinstance(state.value, str):
        old = before.value if compare and before and isinstance(before.value, str) else state.value
        return [["", state.value, "changed" if old != state.value else "", old if old != state.value else ""]]
    comparable = (
        compare and before is not None and before.type == state.type and not isinstance(before.value, str)
    )
    if not comparable or before is None or isinstance(before.value, str):
        return [[left, right, "", ""] for left, right in state.value]
    was = dict(before.value)
    rows = [
        [left, right, "new", ""] if left not in was
        else [left, right, "changed", was[left]] if was[left] != right
        else [left, right, "", ""]
        for left, right in state.value
    ]  # fmt: skip
    if not state.more and not before.more:
        kept = {left for left, _ in state.value}
        rows += [[left, right, "gone", ""] for left, right in before.value if left not in kept]
    return rows
