"""What the faults between servers have in common: servers, proxies between them, a ledger, a diary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from redis import Redis
from redis.cluster import RedisCluster

from lab.ledger import Ledger
from lab.topology import Replicated, TcpServer, start_replicated, wait_until
from lab.workshop import Workshop

__all__ = ["Held", "Moment", "Scene", "Wait", "certain", "items_of", "value_of"]

TIME_OUT = 2.0  # seconds for each socket: a hung server must not hold a page

Wait = Literal["no", "asked", "heeded"]
"""WAIT after a write: not sent; its answer ignored; or the write counts as refused if too few have it."""

Held = Mapping[str, str | None]
"""What a server held in the end, by key."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a server or a network, in seconds since the ledger was opened."""

    at: float
    who: str
    what: str


class Scene:
    """One fault on its way: everything it starts ends with the workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.ledger = Ledger()
        self._moments: list[Moment] = []

    @property
    def moments(self) -> tuple[Moment, ...]:
        return tuple(self._moments)

    def happens(self, who: str, what: str) -> None:
        """Write down what happened to whom; `Stopped` if the learner has had enough."""
        self._moments.append(Moment(self.ledger.at(), who, what))
        self.workshop.check()

    def replicated(self, replicas: int = 1, *, proxied: bool = True, **more: Any) -> Replicated:
        """A primary and its replicas, with a proxy before each replica unless told."""
        return self.workshop.enter(
            start_replicated(replicas, proxied=proxied, check=self.workshop.check, **more)
        )

    def client(self, server: TcpServer, **changes: Any) -> Redis:
        """A client that returns text, never retries, and is closed with the workshop."""
        patience = {"socket_timeout": TIME_OUT, "socket_connect_timeout": TIME_OUT}
        return self.workshop.closing(server.client(**{**patience, **changes}))

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait for something to come true; `Stopped` at once when the learner stops it."""
        wait_until(true, what, check=self.workshop.check)

    def everywhere(self, primary: Redis, replicas: int) -> None:
        """Wait until the replicas have all that this client wrote."""
        self.until(lambda: int(primary.wait(replicas, 200)) >= replicas, "The replicas did not catch up")


def certain(redis: Redis, write: Callable[[], Any], *, wait: Wait, replicas: int, ms: int) -> tuple[Any, int]:
    """The reply of a write, and what WAIT said after it: how many replicas have it; -1 if not asked."""
    reply = write()
    return (reply, -1) if wait == "no" else (reply, int(redis.wait(replicas, ms)))


def value_of(redis: Redis, key: str) -> str | None:
    """A string, or None."""
    value = redis.get(key)
    return None if value is None else str(value)


def items_of(redis: Redis | RedisCluster, key: str) -> tuple[str, ...]:
    """A list."""
    return tuple(str(item) for item in redis.lrange(key, 0, -1))
