"""Which Redis this is, what it can do, and where it is not faithful: values for pages and lessons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

__all__ = ["UNFAITHFUL_FAKE", "Backend", "Capability", "ConnectionSpec"]

TIME_OUT = 2.0  # seconds for every socket of the lab: redis-py's own would let a hung server hold a page 59 s

UNFAITHFUL_FAKE = (
    "It runs inside this program: no server to kill, to pause or to cut off, and no network to cross.",
    "PFCOUNT is exact, because a plain set stands behind it: a real HyperLogLog is off by about 0.8 %.",
    "The score of a geo position is a geohash text where Redis has a 52-bit number, and GEORADIUS may return "
    "another order.",
    "There is no memory limit: nothing is ever evicted, and no write is refused with OOM.",
    "INFO, CONFIG, OBJECT, MEMORY, WAIT, CLUSTER, SLOWLOG, LATENCY, DEBUG and MONITOR do not exist.",
    "There is no search (FT.*) and no graph (GRAPH.*).",
    "Scripts run in a Lua of their own: one that never ends stops this program, and no BUSY error comes.",
)


@dataclass(frozen=True, slots=True)
class Capability:
    """One ability of a server, with the reason and what to do where it is missing."""

    name: str
    available: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Backend:
    """The server that a bench runs on."""

    kind: Literal["redis", "valkey", "fakeredis"]
    version: str
    origin: Literal["REDIS_URL", "embedded", "PATH", "in-process"]
    program: str
    modules: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    unfaithful: tuple[str, ...] = ()
    shared: bool = False
    notes: tuple[str, ...] = ()  # what a learner should know: who else is there, what is not fenced

    def can(self, name: str) -> bool:
        """Whether the capability is there. A name that nobody knows is a mistake: KeyError."""
        return self._capability(name).available

    def why_not(self, name: str) -> str:
        """Why a capability is missing, and what to do; empty if it is there."""
        return self._capability(name).reason

    @property
    def title(self) -> str:
        """One line for people: 'Redis 8.2.3, a server of your own'."""
        if self.kind == "fakeredis":
            return f"fakeredis {self.version}, simulated in this program"
        where = f"shared, at {self.program}" if self.shared else "a server of your own"
        return f"{self.kind.capitalize()} {self.version}, {where}"

    def _capability(self, name: str) -> Capability:
        for capability in self.capabilities:
            if capability.name == name:
                return capability
        known = ", ".join(capability.name for capability in self.capabilities)
        raise KeyError(f"no capability is called {name!r}; there are: {known}")


@dataclass(frozen=True)
class ConnectionSpec:
    """How to reach a server: a connection class of redis-py and its arguments."""

    connection_class: type[Any]
    kwargs: Mapping[str, Any]

    def client(self, **changes: Any) -> Redis:
        """An untraced client that never retries; it owns its connections, so close it."""
        arguments = {
            "retry": Retry(NoBackoff(), 0),
            "driver_info": None,  # fewer commands at each connect
            "maint_notifications_config": MaintNotificationsConfig(enabled=False),
            **self.kwargs,
            **changes,
        }
        return Redis.from_pool(ConnectionPool(connection_class=self.connection_class, **arguments))
