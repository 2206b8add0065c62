"""What the cache stands in front of, and what can go wrong on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from patterns.wire import content, whole

__all__ = [
    "CacheError", "Database", "DatabaseError", "NotInvalidated", "Overloaded", "Row", "StillLoading",
    "loaded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the database holds it. The database raises `version` with every save of the row."""

    value: str
    version: int

    def __post_init__(self) -> None:
        content("the value of a row", self.value)
        whole("the version of a row", self.version, 0, 2**53)


class Database(Protocol):
    """Where the truth is."""

    def load(self, key: str) -> Row | None:
        """The row, or None if there is none."""

    def save(self, key: str, value: str) -> Row:
        """Write the row and return it with its new version."""


class DatabaseError(Exception):
    """The database failed. What it said is the `__cause__`."""


class CacheError(Exception):
    """The cache could not do its part. The database was not at fault."""


class StillLoading(CacheError):
    """Another client has been loading this row for longer than we were told to wait."""


class Overloaded(CacheError):
    """Redis is down and the database has as many direct readers as it may have."""


class NotInvalidated(CacheError):
    """The row is saved, but Redis could not be told: the old copy may be read until its TTL is over."""


def loaded(database: Database, key: str) -> Row | None:
    """The row that the database has now, or a DatabaseError, whatever it raised."""
    try:
        return database.load(key)
    except Exception as error:
        raise DatabaseError(f"loading {key!r} failed") from error
