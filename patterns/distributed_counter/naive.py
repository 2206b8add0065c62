"""The counter most of us write first: one key and INCR, which is atomic, after all."""

from __future__ import annotations

from redis import Redis

from patterns.wire import name, tag, whole

__all__ = ["LARGEST_AMOUNT", "NaiveCounter"]

LARGEST_AMOUNT = 10**15


class NaiveCounter:
    """How often something has happened."""

    def __init__(self, redis: Redis, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}counter:{{{tag('name', name)}}}"

    def add(self, amount: int = 1, event_id: str | None = None) -> bool:
        """Count one event; say whether it was counted."""
        whole("amount", amount, -LARGEST_AMOUNT, LARGEST_AMOUNT)
        if event_id is not None:
            name("event_id", event_id)
        # Bug on purpose (double count): if the reply is lost, redis-py sends this again by itself.
        # Bug on purpose (hot key): every add of every client goes to this key: one slot, one primary.
        self.redis.incrby(self.key, amount)
        return True

    def total(self) -> int:
        """The count so far."""
        return int(self.redis.get(self.key) or 0)
