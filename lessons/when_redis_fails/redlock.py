"""Redlock: one lock on N independent servers, held by whoever has a majority of them in time.

As the Redis documentation describes it (`sources: lock`). It survives the death of a minority. It does not
survive clocks that jump, servers that forget, or a holder that is late, and it hands out no fence.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from patterns.distributed_lock import Lease, Lock

__all__ = ["Grant", "Redlock"]

DRIFT = 0.01  # of the TTL: how far the clocks of two machines may run apart in that time
SLACK_MS = 2.0  # for expiry, which Redis does to the millisecond


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to be the holder, until `until` on the clock of who asked."""

    token: str
    servers: int
    """How many servers said yes."""
    validity_ms: float
    """What was left of the lease when the majority was there."""
    until: float


class Redlock:
    """At most one holder at a time among clients that ask the same servers, while clocks run at one rate.

    `servers` are clients with short time-outs that never retry: a server that is slow counts as one that
    said no. `now` is in seconds.
    """

    def __init__(
        self,
        servers: Sequence[Redis],
        name: str,
        ttl_ms: int = 10_000,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.servers = tuple(servers)
        self.quorum = len(self.servers) // 2 + 1
        self.ttl_ms = ttl_ms
        self._locks = [Lock(server, name, ttl_ms) for server in self.servers]
        self._now = now

    def acquire(self) -> Grant | None:
        """Ask every server once; None unless a majority said yes in time.

        Then it is given back wherever that can be said, and the rest ends with its TTL.
        """
        token, began = secrets.token_hex(16), self._now()
        said_yes = sum(self._take(lock, token) for lock in self._locks)
        elapsed_ms = (self._now() - began) * 1_000
        validity_ms = self.ttl_ms - elapsed_ms - self.ttl_ms * DRIFT - SLACK_MS
        if said_yes >= self.quorum and validity_ms > 0:
            return Grant(token, said_yes, validity_ms, self._now() + validity_ms / 1_000)
        self._release(token)
        return None

    def release(self, grant: Grant) -> int:
        """Give it back on every server, those too that did not answer; on how many it was still ours."""
        return self._release(grant.token)

    def _take(self, lock: Lock, token: str) -> bool:
        try:
            return bool(lock.redis.set(lock.key, token, nx=True, px=self.ttl_ms))
        except RedisError:
            return False

    def _release(self, token: str) -> int:
        released = 0
        for lock in self._locks:
            try:
                released += lock.release(Lease(token, fence=0))
            except RedisError:
                continue  # its copy ends by itself
        return released
