"""The way round the cache while Redis is down: a narrow one, or the database goes down next."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from patterns.cache_aside.database import Overloaded
from patterns.wire import Clock, number, still_reads, whole

__all__ = ["Bypass"]


class Bypass:
    """At most `loads` direct readers at a time. The next waits for `patience` seconds, then gets Overloaded.

    After a failure Redis is left alone for `rest` seconds, or every reader would first wait for time-outs.
    Share one Bypass among all caches of a process, because they share the database.
    """

    def __init__(
        self, loads: int = 4, *, patience: float = 1, rest: float = 1, monotonic: Clock = time.monotonic
    ) -> None:
        self.loads = whole("loads", loads, 1, 10_000)
        self.patience = number("patience", patience, 0, 3_600)
        self.rest = number("rest", rest, 0, 3_600)
        self._monotonic = monotonic
        self._free = threading.BoundedSemaphore(loads)
        self._until = -float("inf")

    @property
    def taken(self) -> bool:
        """Whether Redis is to be left alone for now."""
        return self._monotonic() < self._until

    def trip(self, error: Exception) -> None:
        """Redis has failed just now. One that only refuses writes goes on answering: it is asked again."""
        if not still_reads(error):
            self._until = self._monotonic() + self.rest

    @contextlib.contextmanager
    def lane(self) -> Iterator[None]:
        """One of the direct loads."""
        if not self._free.acquire(timeout=self.patience):
            raise Overloaded(
                f"Redis is down, and {self.loads} loads are on their way to the database already"
            )
        try:
            yield
        finally:
            self._free.release()
