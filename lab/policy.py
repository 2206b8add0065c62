"""How a client behaves when Redis does not: nothing but a time-out, what redis-py does by itself, or sound.

    clients = Clients(workshop, server.spec(), "redis-py's defaults", timeout=0.3)
    clients.of(idempotent=False).incr("count")

Every client of the lab has a time-out, so that a hung server never hangs a page, and stops when its workshop
is stopped, in the middle of its retries too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

from redis import Redis
from redis.backoff import AbstractBackoff, ExponentialWithJitterBackoff, NoBackoff
from redis.retry import Retry

from lab.backend import ConnectionSpec
from lab.workshop import Workshop

__all__ = [
    "DEFAULT_BASE",
    "DEFAULT_CAP",
    "DEFAULT_RETRIES",
    "DEFAULT_TIMEOUT",
    "POLICIES",
    "Clients",
    "Policy",
]

Policy = Literal["none", "redis-py's defaults", "sound"]
"""none: one attempt. redis-py's defaults: it sends anything again, ten times. sound: it sends again, a few
times with growing pauses, only what may be done twice without harm."""
POLICIES: tuple[Policy, ...] = get_args(Policy)

DEFAULT_TIMEOUT = 5.0  # seconds that redis-py 8.1 waits for each answer, unless it is told otherwise
DEFAULT_RETRIES = 10  # attempts that it makes on top, of any command
DEFAULT_BASE, DEFAULT_CAP = 0.01, 1.0  # seconds: its first pause at most, and its longest


class Clients:
    """The clients of one application: all behave alike, and end with the workshop.

    `timeout` is in seconds, for connecting and for every answer. `retries` are those of the sound policy.
    """

    def __init__(
        self,
        workshop: Workshop,
        spec: ConnectionSpec,
        policy: Policy = "none",
        *,
        timeout: float = 0.25,
        retries: int = 3,
        **changes: Any,
    ) -> None:
        self.retried = 0
        """How often redis-py has sent or connected again, of its own accord."""
        settings = {
            "decode_responses": True,
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            **changes,
        }
        once: AbstractBackoff = NoBackoff()
        again: AbstractBackoff = ExponentialWithJitterBackoff(cap=DEFAULT_CAP, base=DEFAULT_BASE)
        attempts = {"none": (0, 0), "redis-py's defaults": (DEFAULT_RETRIES,) * 2, "sound": (0, retries)}
        never, may = attempts[policy]
        self._once = spec.client(retry=_retry(once if never == 0 else again, never, self._failed), **settings)
        self._again = (
            self._once if may == never else spec.client(retry=_retry(again, may, self._failed), **settings)
        )
        self._workshop = workshop
        for client in {self._once, self._again}:
            workshop.closing(client)

    def _failed(self) -> None:
        self.retried += 1
        self._workshop.check()

    def of(self, *, idempotent: bool) -> Redis:
        """The client for a command that may (or may not) be done twice without harm."""
        return self._again if idempotent else self._once


class _Watchful(AbstractBackoff):
    """The pauses of another, with a look before each whether to go on at all."""

    def __init__(self, backoff: AbstractBackoff, check: Callable[[], object]) -> None:
        self._backoff = backoff
        self._check = check

    def compute(self, failures: int) -> float:
        self._check()
        return float(self._backoff.compute(failures))

    def reset(self) -> None:
        self._backoff.reset()

    def __deepcopy__(self, memo: object) -> _Watchful:
        """redis-py copies it for each connection; the workshop behind it is one and the same."""
        return _Watchful(self._backoff, self._check)


def _retry(backoff: AbstractBackoff, retries: int, check: Callable[[], object]) -> Retry:
    return Retry(_Watchful(backoff, check), retries)
