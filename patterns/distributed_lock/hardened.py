"""A lock that only its holder can release or renew, with a fence that turns a late holder's writes away."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable

from patterns.catalogue import lua
from patterns.distributed_lock.lease import Lease, checked
from patterns.distributed_lock.renewal import Renewal
from patterns.wire import Client, Clock, Sleep, content, number, pause, tag, text, whole

__all__ = ["Lock", "Resource"]


class Lock:
    """At most one holder at a time, for at most `ttl_ms` unless renewed.

    A holder can be late without knowing it (a pause, a slow network), and then there are two who believe.
    No lock can prevent that; the fence lets the resource tell them apart, see `Resource`.
    """

    def __init__(
        self,
        redis: Client,
        name: str,
        ttl_ms: int = 5_000,
        *,
        namespace: str = "",
        now: Clock = time.monotonic,
        sleep: Sleep = pause,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.redis = redis
        self.key = f"{namespace}lock:{{{tag('name', name)}}}"
        self.fence_key = f"{self.key}:fence"
        self.ttl_ms = whole("ttl_ms", ttl_ms, 1, 86_400_000)
        self._now, self._sleep, self._random = now, sleep, random
        self._acquire = redis.register_script(lua(__file__, "acquire"))
        self._release = redis.register_script(lua(__file__, "release"))
        self._renew = redis.register_script(lua(__file__, "renew"))

    def acquire(self) -> Lease | None:
        """Take the lock; None while somebody has it.

        If this raises, the lock may have been taken all the same, and is nobody's until `ttl_ms` is over.
        """
        token = secrets.token_hex(16)
        fence = self._acquire(keys=[self.key, self.fence_key], args=[token, self.ttl_ms])
        return None if fence is None else Lease(token, int(fence))

    def acquire_wait(self, timeout: float) -> Lease | None:
        """Take the lock, trying again for up to `timeout` seconds; None if that was not enough."""
        deadline = self._now() + number("timeout", timeout, 0, 86_400)
        longest = 0.01
        while (lease := self.acquire()) is None and (left := deadline - self._now()) > 0:
            # Jitter, or all who wait would wake together; doubling, or their asking would keep Redis busy.
            self._sleep(min(left, longest * (0.5 + self._random() / 2)))
            longest = min(2 * longest, 0.5)
        return lease

    def release(self, lease: Lease) -> bool:
        """Give the lock back. False: it was no longer ours, so another may have held it while we worked.

        After a lost reply the client's own retry gets False too, although the first try has released it.
        """
        # From Redis 8.4 on, DELEX key IFEQ token does this without a script.
        return bool(self._release(keys=[self.key], args=[checked(lease).token]))

    def renew(self, lease: Lease) -> bool:
        """Start `ttl_ms` again. False: it is no longer ours; stop working."""
        return bool(self._renew(keys=[self.key], args=[checked(lease).token, self.ttl_ms]))

    def keep_alive(self, lease: Lease, every: float | None = None) -> Renewal:
        """Renew in the background while a block runs, every third of the TTL unless told.

        with lock.keep_alive(lease) as held:
            for part in work:
                held.check()  # raises LeaseLost
                resource.write(part, lease)

        `every` is at most half of the TTL. The renewal stops with the block, at the latest when one that is
        under way has its answer, and does not release. Entering raises LeaseLost if it is too late.
        """
        checked(lease)
        ttl = self.ttl_ms / 1_000
        every = ttl / 3 if every is None else number("every", every, 0.001, ttl / 2)
        return Renewal(lambda: self.renew(lease), ttl, every, self._now)


class Resource:
    """What the lock protects: it remembers the highest fence it has seen and refuses any lower one.

    Here it is a Redis hash. In your service it is the table or the object store that gets written, with the
    same comparison in the same statement: UPDATE ... SET fence = :fence WHERE fence <= :fence.
    """

    def __init__(self, redis: Client, name: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}resource:{{{tag('name', name)}}}"
        self._write = redis.register_script(lua(__file__, "write"))

    def write(self, value: str, lease: Lease) -> bool:
        """Replace the value; False if a later holder has written already."""
        return bool(self._write(keys=[self.key], args=[checked(lease).fence, content("value", value)]))

    def read(self) -> str | None:
        """The value, or None before the first write."""
        value = self.redis.hget(self.key, "value")
        return None if value is None else text(value)
