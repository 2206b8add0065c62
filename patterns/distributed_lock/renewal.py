"""Keeping a lease while work goes on, and knowing when it is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from redis.exceptions import RedisClusterException, RedisError

from patterns.distributed_lock.lease import LeaseLost
from patterns.wire import Clock

__all__ = ["Renewal"]


class Renewal:
    """Renews a lease from a thread until its block ends. The work inside asks `lost`, or calls `check()`.

    The answer comes from the local clock as much as from Redis: after a whole TTL without a confirmed renewal
    the lease counts as lost, whether Redis is slow, gone, or has given the lock to another. Each TTL counts
    from before its renewal was sent, so the answer comes no later than the server's, unless the clock of the
    server jumps: against that there is only the fence.
    """

    def __init__(self, renew: Callable[[], bool], ttl: float, every: float, now: Clock) -> None:
        self._renew, self._ttl, self._every, self._now = renew, ttl, every, now
        self._gone, self._done = threading.Event(), threading.Event()
        self._entered, self._until = False, now()
        self._thread = threading.Thread(target=self._keep, name="lease renewal", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the lease is lost. Once lost it stays lost."""
        if self._entered and self._now() >= self._until:
            self._gone.set()
        return self._gone.is_set()

    def check(self) -> None:
        """Raise LeaseLost if it is: call this before every effect."""
        if self.lost:
            raise LeaseLost("the lease was not renewed in time; another may hold the lock")

    def __enter__(self) -> Self:
        self._turn()
        self._entered = True
        self.check()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join(self._ttl)

    def _keep(self) -> None:
        while not self._done.wait(self._every) and not self.lost:
            try:
                self._turn()
            except (RedisError, RedisClusterException):
                continue  # Not confirmed, so it does not count. The next turn asks again while the TTL lasts.

    def _turn(self) -> None:
        """Renew once. The new deadline counts from before the renewal was sent."""
        sent = self._now()
        if self._renew():
            self._until = sent + self._ttl
        else:
            self._gone.set()
