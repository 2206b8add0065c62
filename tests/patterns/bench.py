"""Instruments for the tests of patterns: the keyspace, a hand on clock and schedule, counted round trips."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from hypothesis import HealthCheck
from redis import Redis
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError

from lab.hold import after_reply

# The keyspace is shared by the examples of a test on purpose, and a busy machine is no fault of the code.
SLOW_OR_SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class Left(int):
    """Seconds that a key has left, rounded up. They equal those it had at any moment of the test.

    Nobody can say when within the test that moment was: a machine that stood still for two seconds may have
    taken them off, and no more.
    """

    began = 0.0
    """When the test did, by the monotonic clock."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, int):
            return NotImplemented
        gone = int(time.monotonic() - Left.began)
        least = -gone if isinstance(other, Left) else 0
        return least <= int(other) - int(self) <= gone

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return 0  # whatever they may be equal to


def keyspace(redis: Redis) -> dict[str, tuple[str, Left | None]]:
    """Every key with its type and the seconds that it has left; None stays for ever."""
    found = {}
    for key in redis.scan_iter():
        left = redis.pttl(key)
        found[_text(key)] = (_text(redis.type(key)), None if left == -1 else Left(-(-left // 1000)))
    return found


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class Time:
    """A clock that moves when told, in seconds."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


class Died(BaseException):
    """The process ends here."""


def die(*args: object, **options: object) -> NoReturn:
    raise Died


class Meanwhile:
    """A client for which something happens between the reply to its first `command` and its next line."""

    def __init__(self, redis: Redis, command: str, happens: Callable[[], object]) -> None:
        self._redis, self._command, self._happens = redis, command, happens

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._redis, name)
        if name != self._command:
            return attribute

        def call(*args: Any, **options: Any) -> Any:
            reply = attribute(*args, **options)
            self._command = ""
            self._happens()
            return reply

        return call


class Count:
    """How often something happened."""

    number = 0


@contextlib.contextmanager
def round_trips(redis: Redis) -> Iterator[Count]:
    """Count the writes to real servers inside the block, on connections that already stand."""
    redis.ping()
    count, send = Count(), AbstractConnection.send_packed_command

    def counted(connection: AbstractConnection, *args: Any, **options: Any) -> None:
        count.number += 1
        send(connection, *args, **options)

    AbstractConnection.send_packed_command = counted
    try:
        yield count
    finally:
        AbstractConnection.send_packed_command = send


def lost_reply(redis: Redis, nth: int = 1) -> contextlib.AbstractContextManager[object]:
    """Within the block the nth command is carried out, and its reply never comes."""

    def lose() -> None:
        raise ConnectionError("the reply was lost")

    return after_reply(redis, lose, nth)


@contextlib.contextmanager
def full(redis: Redis) -> Iterator[None]:
    """Within the block the server has no memory left and evicts nothing."""
    before = redis.config_get("maxmemory*")
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", 1)
    try:
        yield
    finally:
        for name in ("maxmemory", "maxmemory-policy"):
            redis.config_set(name, before[name])


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run each job in its own thread, all released at one moment; what they returned or raised, in order."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = job()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a thread has not ended in a minute"
    return results


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Ask until it holds, or until the seconds are over."""
    deadline, between = time.monotonic() + seconds, threading.Event()
    while not (held := holds()) and time.monotonic() < deadline:
        between.wait(0.001)
    return held
