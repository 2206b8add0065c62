"""The lock most of us write first: SET NX PX to take it, DEL to give it back."""

from __future__ import annotations

from redis import Redis

from patterns.distributed_lock.lease import Lease, checked
from patterns.wire import content, tag, text, whole

__all__ = ["NaiveLock", "NaiveResource"]


class NaiveLock:
    """At most one holder at a time, for at most `ttl_ms`."""

    def __init__(self, redis: Redis, name: str, ttl_ms: int = 5_000, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}lock:{{{tag('name', name)}}}"
        self.ttl_ms = whole("ttl_ms", ttl_ms, 1, 86_400_000)

    def acquire(self) -> Lease | None:
        """Take the lock; None while somebody has it."""
        taken = self.redis.set(self.key, "locked", nx=True, px=self.ttl_ms)
        return Lease("locked", fence=0) if taken else None

    def release(self, lease: Lease) -> bool:
        """Give the lock back; say whether there was one."""
        checked(lease)
        # Bug on purpose (stolen release): if our time ran out, this is the lock of whoever came after us.
        return bool(self.redis.delete(self.key))

    def renew(self, lease: Lease) -> bool:
        """Start `ttl_ms` again; say whether there was a lock."""
        checked(lease)
        # Bug on purpose (two holders): the lock may be another's by now, and we go on as if it were ours.
        return bool(self.redis.pexpire(self.key, self.ttl_ms))


class NaiveResource:
    """What the lock protects."""

    def __init__(self, redis: Redis, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}resource:{{{tag('name', name)}}}"

    def write(self, value: str, lease: Lease) -> bool:
        """Replace the value; say whether it was taken."""
        checked(lease)
        # Bug on purpose (stale writer): a holder whose time ran out long ago writes over its successor.
        self.redis.hset(self.key, "value", content("value", value))
        return True

    def read(self) -> str | None:
        """The value, or None before the first write."""
        value = self.redis.hget(self.key, "value")
        return None if value is None else text(value)
