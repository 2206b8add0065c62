"""A real database, SQLite in memory: as slow as the learner says, and it writes down who asked it what."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from lab.hold import Gate
from lessons.pictures import Lane, Mark, Span, Timeline, Tone
from lessons.staging import timeline_of
from patterns.cache_aside import Row

__all__ = ["Desk", "Ledger", "Shop"]

DATABASE = "database"
MOST_KEPT = 60
T = TypeVar("T")


@dataclass(slots=True)
class Ledger:
    """What each client and the database did when. Several threads write in it."""

    now: Callable[[], float]
    began: float = 0.0
    spans: list[tuple[str, Span]] = field(default_factory=list)
    marks: list[tuple[str, Mark]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.now()

    def at(self) -> float:
        return self.now() - self.began

    def span(self, lane: str, start: float, label: str, tone: Tone = "plain") -> None:
        self.spans.append((lane, Span(start, self.at(), label, tone)))

    def mark(self, lane: str, label: str, tone: Tone = "plain") -> None:
        self.marks.append((lane, Mark(self.at(), label, tone)))

    def timeline(self, title: str, note: str = "") -> Timeline:
        """The newest entries of each lane: the database above, the clients below."""
        spans, marks = _newest(self.spans), _newest(self.marks)
        begins = [span.start for own in spans.values() for span in own]
        first = min(begins + [mark.at for own in marks.values() for mark in own], default=0.0)
        lanes = tuple(
            Lane(
                name,
                tuple(_moved(span, first) for span in spans.get(name, [])),
                tuple(Mark(mark.at - first, mark.label, mark.tone) for mark in marks.get(name, [])),
            )
            for name in sorted({*spans, *marks}, key=lambda name: (name != DATABASE, name))
        )
        return timeline_of(title, lanes, note)


def _newest(entries: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """By lane, the last of them only."""
    found: dict[str, list[T]] = {}
    for lane, entry in entries:
        found.setdefault(lane, []).append(entry)
    return {lane: own[-MOST_KEPT:] for lane, own in found.items()}


def _moved(span: Span, by: float) -> Span:
    return Span(span.start - by, None if span.end is None else span.end - by, span.label, span.tone)


class Shop:
    """The database of the lesson: products with value and version. A query is held for `delay` seconds.

    Where it is told to `expect` a crowd, nobody is answered before so many queries stand here: the worst
    moment comes every time, and not by luck.
    """

    def __init__(self, ledger: Ledger, delay: float = 0.0) -> None:
        self.ledger = ledger
        self.delay = delay
        self.down = False
        self.queries = 0
        self.failed = 0
        self.at_once = 0
        self.most_at_once = 0
        self._crowd = Gate(0)
        self._lock = threading.Lock()
        self._held = threading.Event()
        self._sqlite = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._sqlite.close)
        self._sqlite.execute(
            "CREATE TABLE product (id TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL)"
        )

    def stock(self, key: str, value: str) -> None:
        """Put a product there if it is new, unseen."""
        with self._lock:
            self._sqlite.execute("INSERT OR IGNORE INTO product VALUES (?, ?, 1)", (key, value))

    def expect(self, queries: int) -> None:
        """So many queries are about to come at once. Fewer wait for the rest, as long as a gate does."""
        self._crowd = Gate(queries)

    def desk(self, actor: str, after_load: Callable[[], object] | None = None) -> Desk:
        """The database as one client sees it. `after_load` runs while the client holds a row just read."""
        return Desk(self, actor, after_load)

    @contextmanager
    def query(self, actor: str, what: str) -> Iterator[sqlite3.Connection]:
        """Count a query, hold it, and let it at the data."""
        start = self.ledger.at()
        with self._lock:
            self.queries += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._crowd.arrive()
            self._held.wait(self.delay)
            with self._lock:
                if self.down:
                    self.failed += 1
                    raise sqlite3.OperationalError("the database has been switched off")
                yield self._sqlite
        finally:
            with self._lock:
                self.at_once -= 1
            self.ledger.span(DATABASE, start, f"{what}, {actor}", "bad" if self.down else "plain")


@dataclass(slots=True)
class Desk:
    """One client's way into the shop: what a cache knows as its database."""

    shop: Shop
    actor: str
    after_load: Callable[[], object] | None = None

    def load(self, key: str) -> Row | None:
        """Read the product."""
        with self.shop.query(self.actor, "load") as sqlite:
            row = sqlite.execute("SELECT value, version FROM product WHERE id = ?", (key,)).fetchone()
        if self.after_load:
            self.after_load()
        return None if row is None else Row(str(row[0]), int(row[1]))

    def save(self, key: str, value: str) -> Row:
        """Write the product; its version grows by one."""
        with self.shop.query(self.actor, "save") as sqlite:
            version = sqlite.execute(
                "INSERT INTO product VALUES (?, ?, 1) "
                "ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = version + 1 "
                "RETURNING version",
                (key, value),
            ).fetchone()
        return Row(value, int(version[0]))
