"""The visitor count most of us write first: PFADD, a counter of its 1s, and days added up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from redis import Redis

from patterns.unique_visitors.estimate import Estimate, day_name
from patterns.wire import name, tag, whole

__all__ = ["NaiveVisitors"]


class NaiveVisitors:
    """Who looked at a page, kept in a HyperLogLog a day."""

    def __init__(self, redis: Redis, site: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.base = f"{namespace}visitors:{{{tag('site', site)}:"

    def visit(self, page: str, visitor: str, day: date) -> None:
        """Note that somebody looked at a page."""
        key = self._key(page, day)
        if self.redis.pfadd(key, name("visitor", visitor)):
            # Bug on purpose (undercount): 1 means that a register changed; ever fewer newcomers change one.
            self.redis.incr(f"{key}:count")

    def count(self, page: str, day: date) -> Estimate:
        """How many different visitors a page had on a day."""
        return Estimate(int(self.redis.get(f"{self._key(page, day)}:count") or 0))

    def count_span(self, page: str, days: Sequence[date]) -> Estimate:
        """How many different visitors a page had over several days."""
        whole("the number of days", len(days), 1, 366)
        # Bug on purpose (double count): whoever came on two of the days is in both numbers.
        return Estimate(sum(self.redis.pfcount(self._key(page, day)) for day in days))

    def _key(self, page: str, day: date) -> str:
        return f"{self.base}{tag('page', page)}}}:{day_name(day)}"
