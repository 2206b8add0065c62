"""The filter most of us write first: ask whether it is there, then add it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from redis import Redis

from patterns.bloom_filter.state import capacity_of, error_of
from patterns.wire import name, tag

__all__ = ["NaiveSeenFilter"]


class NaiveSeenFilter:
    """Which items have been seen, in a Bloom filter."""

    def __init__(
        self, redis: Redis, name: str, *, namespace: str = "", capacity: int = 100_000, error: float = 0.01
    ) -> None:
        self.redis = redis
        self.key = f"{namespace}seen:{{{tag('name', name)}}}"
        self.capacity, self.error = capacity_of(capacity), error_of(error)

    def add(self, item: str) -> bool:
        """Add an item; True the first time, or, with luck as bad as `error`, False although it is new."""
        if self.redis.execute_command("BF.EXISTS", self.key, name("item", item)):
            return False
        # Bug on purpose (both saw it first): by now another caller may have asked, and heard the same.
        self.redis.execute_command("BF.ADD", self.key, item)
        return True

    def might_contain(self, item: str) -> bool | None:
        """False: it was never added. True: it was, or it is one of the `error` that look like it."""
        # Bug on purpose (lost filter): where there is no filter, the answer is 0 for everything.
        return bool(self.redis.execute_command("BF.EXISTS", self.key, name("item", item)))

    def rebuild(self, load: Callable[[], Iterable[str]]) -> int:
        """Make the filter anew from everything that `load` returns, and say how many items that were."""
        self.redis.delete(self.key)
        # The same again: until the last item is in, those that are not in yet are turned away.
        self.redis.execute_command("BF.RESERVE", self.key, self.error, self.capacity)
        items = [name("item", item) for item in load()]
        for item in items:
            self.redis.execute_command("BF.ADD", self.key, item)
        return len(items)
