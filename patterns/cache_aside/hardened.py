"""A cache that asks the database once for many readers, and never puts an old row back."""

from __future__ import annotations

import contextlib
import logging
import math
import random
import secrets
import time
from collections.abc import Callable
from functools import partial

from patterns.cache_aside.bypass import Bypass
from patterns.cache_aside.database import Database, DatabaseError, NotInvalidated, StillLoading, loaded
from patterns.catalogue import lua
from patterns.wire import (
    FAILED,
    Client,
    Clock,
    Sleep,
    content,
    milliseconds,
    number,
    pause,
    tag,
    text,
    unavailable,
    whole,
)

__all__ = ["Cache"]

log = logging.getLogger(__name__)


class Cache:
    """Rows of a database, kept in Redis. Times are in seconds.

    ttl         a copy is fresh for this long, less up to `jitter` of it, so that copies do not end together
    stale       for this long afterwards it is still served while one reader renews it, or the database fails
    missing     an absent row is remembered for this long
    lease       the longest a load may take; a slower one is not stored, and another may start
    wait        how long a reader waits for another's load before StillLoading
    grave       how long the version of an updated row is remembered: longer than any replica lags
    beta        above 0, XFetch: readers renew early by chance, 1 being the usual weight
    background  where to run a renewal while its reader takes the old copy (for example executor.submit)
    """

    def __init__(
        self,
        redis: Client,
        database: Database,
        ttl: int = 300,
        *,
        namespace: str = "",
        stale: float = 60,
        missing: float = 30,
        jitter: float = 0.1,
        beta: float = 0,
        lease: float = 5,
        wait: float = 5,
        grave: float = 60,
        bypass: Bypass | None = None,
        background: Callable[[Callable[[], object]], object] | None = None,
        now: Clock | None = None,
        monotonic: Clock = time.monotonic,
        sleep: Sleep = pause,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.redis, self.database, self.namespace = redis, database, namespace
        self.ttl = whole("ttl", ttl, 1, 10**7)
        self.stale = number("stale", stale, 0, 10**7)
        self.missing = number("missing", missing, 0.001, 10**7)
        self.jitter = number("jitter", jitter, 0, 0.9)
        self.beta = number("beta", beta, 0, 100)
        self.lease = number("lease", lease, 0.001, 3_600)
        self.wait = number("wait", wait, 0, 3_600)
        self.grave = number("grave", grave, lease, 10**7)
        self.bypass = bypass or Bypass()
        self._background = background
        self._now, self._monotonic, self._sleep, self._random = now, monotonic, sleep, random
        self._look = redis.register_script(lua(__file__, "look"))
        self._fill = redis.register_script(lua(__file__, "fill"))
        self._bury = redis.register_script(lua(__file__, "bury"))
        self._give_up = redis.register_script(lua(__file__, "give_up"))

    def get(self, key: str) -> str | None:
        """The row's value; None if there is no such row.

        Raises DatabaseError if the database failed and no copy is left, and StillLoading or Overloaded rather
        than ask the database more often than it can bear.
        """
        keys = self._keys(key)
        if not self.bypass.taken:
            try:
                return self._read(key, keys)
            except FAILED as error:
                if not unavailable(error):
                    raise
                log.warning("reading %r past Redis: %s", key, error)
                self.bypass.trip(error)
        with self.bypass.lane():
            row = loaded(self.database, key)
        return None if row is None else row.value

    def update(self, key: str, value: str) -> None:
        """Save the row and drop its copy. NotInvalidated means that the row is saved all the same."""
        keys = self._keys(key)
        content("value", value)
        try:
            row = self.database.save(key, value)
        except Exception as error:
            # It may have been saved before it failed, so the copy cannot be trusted.
            with contextlib.suppress(*FAILED):
                self._bury(keys=keys, args=["", _ms(self.grave)])
            raise DatabaseError(f"saving {key!r} failed") from error
        try:
            self._bury(keys=keys, args=[row.version, _ms(self.grave)])
        except FAILED as error:
            if not unavailable(error):
                raise
            raise NotInvalidated(f"{key!r} is saved, but Redis could not be told") from error

    def _read(self, key: str, keys: list[str]) -> str | None:
        """Take the copy, or load the row if that has fallen to us, or wait for the one who loads it."""
        token, deadline, between = secrets.token_hex(8), self._monotonic() + self.wait, 0.005
        while True:
            eagerness = -self.beta * math.log(1 - self._random()) if self.beta else 0
            args = [milliseconds(self._now), token, _ms(self.lease), eagerness, round(1_000 * self.stale)]
            state, copy = self._look(keys=keys, args=args)
            old = None if copy is None else text(copy)
            match text(state):
                case "hit" | "old":
                    return old
                case "refresh" if self._background:
                    self._background(partial(self._load, key, keys, token, old))
                    return old
                case "refresh" | "load":
                    return self._load(key, keys, token, old)
            if (left := deadline - self._monotonic()) <= 0:
                raise StillLoading(f"{key!r} is still being loaded by another client after {self.wait:g} s")
            self._sleep(min(left, between * (0.5 + self._random() / 2)))
            between = min(2 * between, 0.1)

    def _load(self, key: str, keys: list[str], token: str, old: str | None) -> str | None:
        """Ask the database, as the one who holds the lease. An old copy is better than an error."""
        started = self._monotonic()
        try:
            row = loaded(self.database, key)
        except DatabaseError as error:
            if old is None:
                with contextlib.suppress(*FAILED):
                    self._give_up(keys=keys[1:], args=[token])
                raise
            # The lease stays: while it lasts nobody else asks a database that is in trouble.
            log.warning("serving an old copy of %r: %s", key, error.__cause__)
            return old
        cost = _ms(self._monotonic() - started)
        fresh = (self.missing if row is None else self.ttl) * (1 - self.jitter * self._random())
        version, value, stale = (-1, [], 0) if row is None else (row.version, [row.value], self.stale)
        args = [milliseconds(self._now), token, version, _ms(fresh), _ms(fresh + stale), cost, *value]
        try:
            self._fill(keys=keys, args=args)
        except FAILED as error:
            if not unavailable(error):
                raise
            log.warning("%r was loaded but not stored: %s", key, error)
            self.bypass.trip(error)
        return None if row is None else row.value

    def _keys(self, key: str) -> list[str]:
        entry = f"{self.namespace}cache:{{{tag('key', key)}}}"
        return [entry, f"{entry}:lease"]


def _ms(seconds: float) -> int:
    return max(1, round(1_000 * seconds))
