"""Read, change, save if nobody else has: again and again, but not for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from patterns.json_document.document import Conflict, NoDocument, Stored
from patterns.wire import Sleep

__all__ = ["until_it_fits"]

LONGEST_PAUSE = 0.02  # seconds; others finish meanwhile, and chance keeps two from meeting again


class Versioned(Protocol):
    """Documents that know their versions."""

    attempts: int
    sleep: Sleep
    random: Callable[[], float]

    def read(self, id: str) -> Stored | None: ...

    def save(self, id: str, value: object, *, version: str | None = None) -> str: ...


def until_it_fits(documents: Versioned, id: str, change: Callable[[Any], Any]) -> Any:
    """Save what `change` makes of the document as it is at that moment, and return it."""
    for attempt in range(documents.attempts):
        stored = documents.read(id)
        if stored is None:
            raise NoDocument(f"there is no document {id!r}")
        value = change(stored.value)
        try:
            documents.save(id, value, version=stored.version)
        except Conflict:
            documents.sleep(documents.random() * min(LONGEST_PAUSE, 0.001 * 2**attempt))
        else:
            return value
    raise Conflict(f"document {id!r} was changed by others {documents.attempts} times in a row")
