"""Unique visitors by sketches that are united, never added up, and spread over parts where one is too hot."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

from patterns.catalogue import lua
from patterns.unique_visitors.estimate import Estimate, day_name
from patterns.wire import Client, name, tag, whole

__all__ = ["Visitors"]

DAY = 86_400


class Visitors:
    """Who looked at a page, kept in a HyperLogLog a day.

    `keep` is how many seconds a day is kept after its last visit; each part of it, after its own. `parts`
    spreads the writes of each page over so many keys, whose slots are left to chance; every writer and reader
    of a site must use the same number.
    """

    def __init__(
        self, redis: Client, site: str, *, namespace: str = "", keep: int = 400 * DAY, parts: int = 1
    ) -> None:
        self.redis = redis
        self.base = f"{namespace}visitors:{{{_one_word(tag('site', site))}:"
        self.keep = whole("keep", keep, 1, 10**9)
        self.parts = whole("parts", parts, 1, 1_000)
        self._visit = redis.register_script(lua(__file__, "visit"))
        self._gather = redis.register_script(lua(__file__, "gather"))

    def visit(self, page: str, visitor: str, day: date) -> None:
        """Note that somebody looked at a page. Sent again, or in any order, it changes nothing."""
        part = zlib.crc32(name("visitor", visitor).encode()) % self.parts
        self._visit(keys=[self._key(page, day, part)], args=[visitor, self.keep])

    def count(self, page: str, day: date) -> Estimate:
        """How many different visitors a page had on a day. Gather a page of several parts first."""
        return Estimate(self.redis.pfcount(self._key(page, day)))

    def count_span(self, page: str, days: Sequence[date]) -> Estimate:
        """How many different visitors a page had over several days, each counted once."""
        whole("the number of days", len(days), 1, 366)
        return Estimate(self.redis.pfcount(*[self._key(page, day) for day in days]))

    def gather(self, page: str, day: date) -> int:
        """Bring what the parts know together in the page's own slot; say how many parts had visitors.

        A union forgets nothing and counts nothing twice, so gather as often as you like: before each read, or
        once a minute. What is visited meanwhile is in the next one.
        """
        home = self._key(page, day)
        # A sketch travels as DUMP wrote it: no client decodes that as text.
        found = [self.redis.dump(self._key(page, day, part)) for part in range(1, self.parts)]
        sketches = [sketch for sketch in found if sketch is not None]
        if sketches:
            copies = self._key(page, day, copies=":gather")
            places = [f"{copies}:{number}" for number in range(len(sketches))]
            self._gather(keys=[home, *places], args=[self.keep, *sketches])
        return len(sketches)

    def _key(self, page: str, day: date, part: int = 0, copies: str = "") -> str:
        spread = f":{part}" if part else ""
        return f"{self.base}{_one_word(tag('page', page))}{spread}}}{copies}:{day_name(day)}"


def _one_word(name: str) -> str:
    """A name without colons of its own, or part 1 of page "news" would be page "news:1"."""
    return name.replace("%", "%25").replace(":", "%3A")
