"""The cache most of us write first: GET, on a miss query and SET, on any trouble query."""

from __future__ import annotations

from redis import Redis

from patterns.cache_aside.database import Database
from patterns.wire import content, tag, text, whole

__all__ = ["NaiveCache"]


class NaiveCache:
    """Rows of a database, kept in Redis for `ttl` seconds."""

    def __init__(self, redis: Redis, database: Database, ttl: int = 300, *, namespace: str = "") -> None:
        self.redis = redis
        self.database = database
        self.ttl = whole("ttl", ttl, 1, 10**7)
        self.namespace = namespace

    def get(self, key: str) -> str | None:
        """The row's value, from Redis if it is there; None if there is no such row."""
        entry = self._entry(key)
        try:
            copy = self.redis.get(entry)
            if copy is not None:
                return text(copy)
            # Bug on purpose (stampede): everyone who misses now asks the database, all for the same row.
            row = self.database.load(key)
            if row is not None:
                # Bug on purpose (stale set): the row may have changed since, and its old copy comes back.
                self.redis.set(entry, row.value, ex=self.ttl)
        except Exception:  # noqa: BLE001  # that is the bug
            # Bug on purpose (double query): if it was the database that failed, it is asked again.
            row = self.database.load(key)
        return None if row is None else row.value

    def update(self, key: str, value: str) -> None:
        """Save the row and drop its copy."""
        entry = self._entry(key)
        self.database.save(key, content("value", value))
        self.redis.delete(entry)

    def _entry(self, key: str) -> str:
        return f"{self.namespace}cache:{{{tag('key', key)}}}"
