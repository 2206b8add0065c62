"""The throttle most of us write first: count the requests, and let the count expire."""

from __future__ import annotations

from redis import Redis

from patterns.request_throttle.decision import Decision
from patterns.wire import number, tag, whole

__all__ = ["NaiveThrottle"]


class NaiveThrottle:
    """Slows a client down to `limit` requests per `window_s` seconds."""

    def __init__(self, redis: Redis, name: str, limit: int, window_s: float, *, namespace: str = "") -> None:
        self.redis = redis
        self.limit = whole("limit", limit, 1, 1_000_000)
        self.window_ms = round(number("window_s", window_s, 0.001, 31 * 86_400) * 1000)
        self.base = f"{namespace}throttle:{tag('name', name)}"

    def allow(self, client_id: str, cost: int = 1) -> Decision:
        """Ask for a request that counts as `cost`; if it is refused, say when to come back."""
        key = f"{self.base}:{{{tag('client_id', client_id)}}}"
        count = self.redis.incrby(key, whole("cost", cost, 1, self.limit))
        if count == cost:
            # Bug on purpose (immortal key): if we die here, or never saw the 1, nobody ever sets this.
            self.redis.pexpire(key, self.window_ms)
        if count <= self.limit:
            return Decision(True, self.limit - count, 0.0)
        return Decision(False, 0, max(0, self.redis.pttl(key)) / 1000)
