"""What the tests of the cache share: a database of one table, and a clock with a sleep."""

from __future__ import annotations

import threading
from collections.abc import Callable

from patterns.cache_aside import Row
from tests.patterns import bench
from tests.patterns.bench import eventually

ENTRY, LEASE = "cache:{user}", "cache:{user}:lease"


class Broken(Exception):
    """What the table raises."""


class Table:
    """A database of one table, with a hook between reading a row and returning it."""

    def __init__(self, **values: str) -> None:
        self.rows = {key: Row(value, 1) for key, value in values.items()}
        self.loads = 0
        self.then: Callable[[], object] = lambda: None
        self.broken = False
        self._lock = threading.Lock()

    def load(self, key: str) -> Row | None:
        with self._lock:
            self.loads += 1
        row = self.rows.get(key)
        then, self.then = self.then, lambda: None
        then()
        if self.broken:
            raise Broken("the disk is full")
        return row

    def save(self, key: str, value: str) -> Row:
        with self._lock:
            self.rows[key] = Row(value, self.rows[key].version + 1 if key in self.rows else 1)
        if self.broken:
            raise Broken("the disk is full")
        return self.rows[key]


class SlowTable(Table):
    """A table whose loads take until something is so, and that knows how many ran at a time."""

    def __init__(self, until: Callable[[], bool], **values: str) -> None:
        super().__init__(**values)
        self.until, self.running, self.most = until, 0, 0

    def load(self, key: str) -> Row | None:
        row = super().load(key)
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        assert eventually(self.until)
        with self._lock:
            self.running -= 1
        return row


class Time(bench.Time):
    """A clock that a test sets, and a sleep that moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.then: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        self.then()
