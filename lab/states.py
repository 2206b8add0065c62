"""The values of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KeyState", "Snapshot"]


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key. `size` counts elements, or the bytes of a string or a document.

    `value` is text, or rows: (member, score), (field, value), (id, fields), (index, value), (member, "").
    A stream has a further row ("group NAME", ...) for each consumer group. `more` elements are not shown.
    The digest changes whenever the value changes; times to live are not part of it.
    """

    key: str
    type: str
    ttl_ms: int | None
    size: int
    value: tuple[tuple[str, str], ...] | str
    more: int
    digest: str
    field_ttls: tuple[tuple[str, int], ...] = ()
    deadline_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The keys, sorted, when they were read, how many were left out, and how far time had been moved on."""

    keys: tuple[KeyState, ...]
    at: float
    truncated: int = 0
    moved: float = 0.0
