"""A throttle that is a bucket of tokens: it refills all the time, and a full one takes no room at all."""

from __future__ import annotations

from patterns.catalogue import lua
from patterns.request_throttle.decision import Decision
from patterns.wire import Client, Clock, milliseconds, number, tag, whole

__all__ = ["Throttle"]


class Throttle:
    """Slows a client down to `limit` requests per `window_s` seconds, and lets it save up for a burst.

    A client has a bucket of `burst` tokens (`limit` unless told), full at first. A request takes tokens, time
    brings them back evenly. `allow` is for callers who can be sent away, `reserve` for those who can wait.

    Both raise when Redis does not answer. Whether the request then passes is yours to decide, by route.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        limit: int,
        window_s: float,
        *,
        burst: int | None = None,
        namespace: str = "",
        now: Clock | None = None,
    ) -> None:
        self.redis = redis
        self.limit = whole("limit", limit, 1, 1_000_000)
        self.window_ms = round(number("window_s", window_s, 0.001, 31 * 86_400) * 1000)
        self.burst = self.limit if burst is None else whole("burst", burst, 1, 1_000_000)
        self.base = f"{namespace}throttle:{tag('name', name)}"
        self._now = now
        self._script = redis.register_script(lua(__file__, "take"))

    def allow(self, client_id: str, cost: int = 1) -> Decision:
        """Take `cost` tokens if they are there; if not, take none and say when they will be."""
        taken, remaining, wait_ms = self._take(client_id, cost, 0)
        return Decision(taken, remaining, wait_ms / 1000)

    def reserve(self, client_id: str, cost: int = 1, *, max_wait: float | None = None) -> float | None:
        """Take `cost` tokens ahead of time and return how many seconds to wait before they are there.

        None: it would be longer than `max_wait` (one window unless told), and nothing was taken. Callers
        queue up without a queue: each gets a moment of its own, later than the one before.
        """
        patience_ms = (
            self.window_ms if max_wait is None else round(number("max_wait", max_wait, 0, 86_400) * 1000)
        )
        taken, _, wait_ms = self._take(client_id, cost, patience_ms)
        return wait_ms / 1000 if taken else None

    def _take(self, client_id: str, cost: int, patience_ms: int) -> tuple[bool, int, int]:
        key = f"{self.base}:{{{tag('client_id', client_id)}}}"
        whole("cost", cost, 1, self.burst)
        taken, remaining, wait_ms = self._script(
            keys=[key],
            args=[self.burst, self.limit, self.window_ms, cost, patience_ms, milliseconds(self._now)],
        )
        return bool(taken), int(remaining), int(wait_ms)
