"""The limiter most of us write first: a counter that starts again with every window."""

from __future__ import annotations

from redis import Redis

from patterns.rate_limiter.decision import Decision
from patterns.wire import number, tag, whole

__all__ = ["NaiveRateLimiter"]


class NaiveRateLimiter:
    """At most `limit` requests of a client in `window_s` seconds."""

    def __init__(self, redis: Redis, name: str, limit: int, window_s: float, *, namespace: str = "") -> None:
        self.redis = redis
        self.limit = whole("limit", limit, 1, 1_000_000)
        self.window_ms = round(number("window_s", window_s, 0.001, 31 * 86_400) * 1000)
        self.base = f"{namespace}ratelimit:fixed:{tag('name', name)}"

    def allow(self, client_id: str) -> Decision:
        """Ask for one request; if it is refused, say when to come back."""
        key = f"{self.base}:{{{tag('client_id', client_id)}}}"
        count = int(self.redis.get(key) or 0)
        if count >= self.limit:
            return self._decision(False, count, self.redis.pttl(key))
        # Bug on purpose (over-admission): others may have read the same count and come through here too.
        with self.redis.pipeline(transaction=True) as taken:
            taken.incr(key)
            # Bug on purpose (double burst): when it is over the count begins at 0 again, however full it was.
            taken.pexpire(key, self.window_ms, nx=True)
            taken.pttl(key)
            count, _, left = taken.execute()
        return self._decision(True, count, left)

    def _decision(self, allowed: bool, count: int, left_ms: int) -> Decision:
        left = max(0, left_ms) / 1000
        remaining = max(0, self.limit - count)
        return Decision(allowed, self.limit, self.window_ms / 1000, remaining, left, 0.0 if allowed else left)
