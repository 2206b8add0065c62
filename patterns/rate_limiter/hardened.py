"""A limiter whose window slides with the clock, so that it has no boundary to gather at."""

from __future__ import annotations

import secrets
from typing import Literal

from patterns.catalogue import lua
from patterns.rate_limiter.decision import Decision
from patterns.wire import Client, Clock, milliseconds, number, tag, whole

__all__ = ["MOST", "RateLimiter"]

SCRIPTS = {"log": "sliding_log", "counter": "sliding_counter"}
MOST = {"log": 10_000, "counter": 1_000_000}
"""The largest limits. A log keeps a line for every request it admitted and drops them in one go."""


class RateLimiter:
    """At most `limit` requests of a client in any `window_s` seconds.

    "log" is exact and remembers every request it admitted. "counter" keeps two numbers and takes the requests
    of the window before as evenly spread, which they may not have been. A refused request uses up nothing,
    so a client that hammers gets in as soon as one that waits.

    `allow` raises when Redis does not answer. Whether the request then passes is yours to decide, by route.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        limit: int,
        window_s: float,
        *,
        algorithm: Literal["log", "counter"] = "log",
        namespace: str = "",
        now: Clock | None = None,
    ) -> None:
        if algorithm not in SCRIPTS:
            raise ValueError(f"algorithm must be 'log' or 'counter', not {algorithm!r}")
        self.redis = redis
        self.algorithm = algorithm
        self.limit = whole(f"limit of a {algorithm}", limit, 1, MOST[algorithm])
        self.window_ms = round(number("window_s", window_s, 0.001, 31 * 86_400) * 1000)
        self.base = f"{namespace}ratelimit:{algorithm}:{tag('name', name)}"
        self._now = now
        self._admit = redis.register_script(lua(__file__, SCRIPTS[algorithm]))

    def allow(self, client_id: str) -> Decision:
        """Ask for one request; if it is refused, say when to come back."""
        key = f"{self.base}:{{{tag('client_id', client_id)}}}"
        args = [self.limit, self.window_ms, milliseconds(self._now)]
        if self.algorithm == "log":
            # Its line in the log. When the client itself retries after a lost reply, the line is the same.
            args.append(secrets.token_hex(8))
        allowed, remaining, reset_ms, retry_ms = self._admit(keys=[key], args=args)
        return Decision(
            bool(allowed), self.limit, self.window_ms / 1000, remaining, reset_ms / 1000, retry_ms / 1000
        )
