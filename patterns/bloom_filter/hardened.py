"""A Bloom filter that tells one caller who was first, refuses when it is full, and knows when it is gone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from patterns.bloom_filter.refill import refill
from patterns.bloom_filter.state import FilterFull, FilterMissing, State, capacity_of, error_of
from patterns.catalogue import lua
from patterns.wire import Client, name, tag, text, whole

__all__ = ["SeenFilter"]


class SeenFilter:
    """Which items have been seen, in a Bloom filter of the server's module.

    `capacity` is how many items the next rebuild makes room for, `error` the share of strangers that a full
    filter takes for known. `lease_ms` is how long a rebuild may pause between two batches.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        *,
        namespace: str = "",
        capacity: int = 100_000,
        error: float = 0.01,
        lease_ms: int = 60_000,
    ) -> None:
        self.redis = redis
        self.key = f"{namespace}seen:{{{tag('name', name)}}}"
        self.coming = [f"{self.key}:coming", f"{self.key}:rebuild"]
        self.capacity, self.error = capacity_of(capacity), error_of(error)
        self.lease_ms = whole("lease_ms", lease_ms, 1, 10**9)
        self._add = redis.register_script(lua(__file__, "add"))
        self._has = redis.register_script(lua(__file__, "has"))
        self._look = redis.register_script(lua(__file__, "look"))
        self._begin = redis.register_script(lua(__file__, "begin"))
        self._fill = redis.register_script(lua(__file__, "fill"))
        self._swap = redis.register_script(lua(__file__, "swap"))
        self._abandon = redis.register_script(lua(__file__, "abandon"))

    def add(self, item: str) -> bool:
        """Add an item; True the first time, or, with luck as bad as `error`, False although it is new.

        FilterMissing and FilterFull mean that nobody can say, and that the item is not in this filter. While
        a rebuild is under way it goes into the next one: then nobody will be told that it was new.
        """
        outcome = text(self._add(keys=[self.key, *self.coming], args=[name("item", item)]))
        if outcome == "missing":
            raise FilterMissing(f"there is no filter at {self.key}: rebuild it")
        if outcome == "full":
            raise FilterFull(f"{self.key} holds as many items as it was made for: rebuild it larger")
        return outcome == "first"

    def might_contain(self, item: str) -> bool | None:
        """False: it was never added. True: it was, or it is one of the `error` that look like it.

        None: there is no filter. Ask the database, and let few do so at a time.
        """
        found = self._has(keys=[self.key], args=[name("item", item)])
        return None if found is None else bool(found)

    def state(self) -> State | None:
        """How full the filter is; None if there is none."""
        found = self._look(keys=[self.key])
        return None if found is None else State(*found)

    def rebuild(self, load: Callable[[], Iterable[str]]) -> int:
        """Make the filter anew from everything that `load` returns, and say how many items that were.

        The filter in use answers until the new one is complete. What others add meanwhile goes into both, and
        `load` is called after that has begun; so whoever stores an item first and adds it then is in either
        way. This is also how the first filter is made: rebuild(list), where nothing has been stored yet.
        """
        token = secrets.token_hex(16)
        limits: list[str | int | float] = [self.error, self.capacity]
        return refill(
            load,
            begin=lambda: self._begin(keys=self.coming, args=[token, self.lease_ms, *limits]),
            fill=lambda items: self._fill(keys=self.coming, args=[token, self.lease_ms, *items]),
            swap=lambda: self._swap(keys=[self.key, *self.coming], args=[token]),
            abandon=lambda: self._abandon(keys=self.coming, args=[token]),
        )
