"""What changed between two reads of a keyspace, in sentences that need no further explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from lab.states import KeyState, Snapshot

__all__ = ["Change", "difference"]

_SLACK = 5  # milliseconds: a deadline that was moved on lands within these
_FIELD_SLACK = 100
_SHORT = 60

What = Literal["created", "changed", "deleted", "expired", "ttl"]

_ELEMENTS = {
    "hash": "field",
    "set": "member",
    "zset": "member",
    "list": "element",
    "stream": "entry",
    "timeseries": "sample",
    "bloom": "item",
    "cuckoo": "item",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One key that is not as it was. `says` tells how, in one short sentence."""

    key: str
    what: What
    before: KeyState | None
    after: KeyState | None
    says: str


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """The changes by key. A time to live that merely ran down is none."""
    old = {state.key: state for state in before.keys}
    new = {state.key: state for state in after.keys}
    passed = round((after.at - before.at + after.moved - before.moved) * 1000)
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was is None and now is not None:
            if not _beyond(key, before):
                changes.append(Change(key, "created", None, now, _created(now)))
        elif was is not None and now is None:
            if not _beyond(key, after):
                ran_out = was.ttl_ms is not None and was.ttl_ms <= passed + _SLACK
                says = "expired" if ran_out else "deleted"
                changes.append(Change(key, "expired" if ran_out else "deleted", was, None, says))
        elif was is not None and now is not None:
            changes += _compared(was, now, passed, round((after.moved - before.moved) * 1000))
    return tuple(changes)


def _beyond(key: str, snapshot: Snapshot) -> bool:
    """Whether the other snapshot may have left this key out."""
    return snapshot.truncated > 0 and (not snapshot.keys or key > snapshot.keys[-1].key)


def _compared(was: KeyState, now: KeyState, passed: int, moved: int) -> list[Change]:
    lives = [_life(was, now, passed, moved), *_field_lives(was, now, passed)]
    says = [text for text in lives if text]
    if (was.digest, was.type, was.size) != (now.digest, now.type, now.size):
        parts = _value(was, now)
        return [Change(now.key, "changed", was, now, "; ".join([*parts, *says]))]
    return [Change(now.key, "ttl", was, now, "; ".join(says))] if says else []


def _created(now: KeyState) -> str:
    if isinstance(now.value, str) and len(now.value) <= _SHORT and now.type in ("string", "json"):
        what = f"new {now.type}: {now.value}"
    elif now.type in _ELEMENTS:
        what = f"new {now.type} with {_counted(now.size, _ELEMENTS[now.type])}"
    else:
        what = f"new {now.type}"
    return f"{what}; TTL {_duration(now.ttl_ms)}" if now.ttl_ms is not None else what


def _life(was: KeyState, now: KeyState, passed: int, moved: int) -> str:
    if now.ttl_ms is None:
        return "" if was.ttl_ms is None else "TTL removed"
    if was.ttl_ms is None:
        return f"TTL set to {_duration(now.ttl_ms)}"
    if was.deadline_ms is not None and now.deadline_ms is not None:
        later = now.deadline_ms - (was.deadline_ms - moved)
        slack = _SLACK if moved else 0
    else:
        later, slack = now.ttl_ms - (was.ttl_ms - passed), _FIELD_SLACK
    return "" if abs(later) <= slack else f"TTL set again, to {_duration(now.ttl_ms)}"


def _field_lives(was: KeyState, now: KeyState, passed: int) -> Iterable[str]:
    old, new = dict(was.field_ttls), dict(now.field_ttls)
    for field, ttl in new.items():
        if field not in old:
            yield f"TTL of field {field} set to {_duration(ttl)}"
        elif abs(ttl - (old[field] - passed)) > _FIELD_SLACK:
            yield f"TTL of field {field} set again, to {_duration(ttl)}"
    left = {field for field, _ in now.value} if isinstance(now.value, tuple) else set()
    for field in old.keys() - new.keys():
        if field in left:
            yield f"TTL of field {field} removed"


def _value(was: KeyState, now: KeyState) -> list[str]:
    if was.type != now.type:
        return [f"{was.type} replaced by {now.type}"]
    if isinstance(was.value, str) or isinstance(now.value, str):
        return [_text(was, now)]
    old, new = dict(was.value), dict(now.value)
    if now.type == "list":
        return _list(was, now, old, new)
    parts = [
        _row(now.type, name, old[name], new[name]) for name in new if name in old and old[name] != new[name]
    ]
    return _grown(was, now, old, new, parts)


def _text(was: KeyState, now: KeyState) -> str:
    if len(was.value) <= _SHORT and len(now.value) <= _SHORT and was.value != now.value:
        return f"{was.value} -> {now.value}"
    if was.size != now.size and now.size:
        return f"{was.size:,} -> {now.size:,} bytes"
    return _inside(was, now)


def _row(kind: str, name: str, old: str, new: str) -> str:
    if kind == "zset":
        return f"score of {name} {old} -> {new}"
    if kind == "hash":
        return f"field {name} {_brief(old)} -> {_brief(new)}"
    return f"{name}: {_brief(old)} -> {_brief(new)}"


def _grown(
    was: KeyState, now: KeyState, old: Mapping[str, str], new: Mapping[str, str], parts: list[str]
) -> list[str]:
    noun = _ELEMENTS.get(now.type, "element")
    if was.more or now.more:
        # Which elements are shown may differ from read to read: only their number is certain.
        grown = now.size - was.size
        parts = _several(parts)
        if grown:
            parts.append(f"{'+' if grown > 0 else '-'}{_counted(abs(grown), noun)}")
        return parts or [_inside(was, now)]
    added = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    parts = _several(parts)
    for sign, found in (("+", added), ("-", gone)):
        groups = [name for name in found if now.type == "stream" and name.startswith("group ")]
        found = [name for name in found if name not in groups]
        parts += [f"{sign}{name}" for name in groups]
        if found:
            names = f": {', '.join(map(_brief, found))}" if len(found) <= 3 else ""
            parts.append(f"{sign}{_counted(len(found), noun)}{names}")
    return parts or [_inside(was, now)]


def _inside(was: KeyState, now: KeyState) -> str:
    """Where no more is known than that the digests differ; it is read after "changed:"."""
    return "its content, not its size" if was.size == now.size else "its content"


def _list(was: KeyState, now: KeyState, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    grown = now.size - was.size
    if grown:
        return [f"{'+' if grown > 0 else '-'}{_counted(abs(grown), 'element')}"]
    parts = [f"element {at}: {_brief(old[at])} -> {_brief(new[at])}" for at in new if old.get(at) != new[at]]
    return _several(parts) or [_inside(was, now)]


def _several(parts: list[str]) -> list[str]:
    return parts if len(parts) <= 3 else [*parts[:2], f"{len(parts) - 2} more changed"]


def _brief(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _counted(number: int, noun: str) -> str:
    plural = "entries" if noun == "entry" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _duration(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "none"
    if milliseconds < 995:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    if seconds < 119.95:
        return f"{round(seconds, 1):g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days:,} days {hours} h" if hours else f"{days:,} days"
