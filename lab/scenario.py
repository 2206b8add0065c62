"""What can be explored: clients, an invariant, the faults that may strike, and where to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

__all__ = ["UNKNOWN", "Bounds", "Client", "Faults", "Invariant", "Operation", "Scenario", "Specification"]

Client = Callable[[Redis], Any]
"""Pattern code: a plain function of a client. What it returns is its result."""

Invariant = Callable[[Redis, Mapping[str, Any]], "str | None"]
"""Says what is wrong, or nothing. A failed `assert` counts as a sentence too. A client that crashed, or has
not finished yet, has no entry in the results."""

Operation = tuple[str, Any]
"""A client's name and its result."""

UNKNOWN = object()
"""The result of an operation that never returned."""

Specification = Callable[[Any, Operation], "tuple[bool, Any]"]
"""One step of the sequential object: (state, operation) -> (is that result right here, the next state). A
client that crashed or lost its connection comes with the result UNKNOWN, which is always right."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each fault may strike in one schedule."""

    crashes: int = 0
    """A client stops for good before one of its steps. Not even its `finally` runs. It never stops between
    its last step and its end; where that matters, give it one step more (`redis.ping()`)."""
    lost_replies: int = 0
    """The server executed the command, the client gets a ConnectionError."""
    lost_requests: int = 0
    """The server never saw the command, the client gets a ConnectionError."""
    time_jumps: int = 0
    """Time moves on: to just past the earliest deadline, or by one of `jumps_ms`."""
    jumps_ms: tuple[int, ...] = ()
    """How far a jump may go; without `time_jumps` there is none."""

    def __post_init__(self) -> None:
        for name in ("crashes", "lost_replies", "lost_requests", "time_jumps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, and is {getattr(self, name)}.")
        if any(jump <= 0 for jump in self.jumps_ms):
            raise ValueError(f"Every time jump must be at least one millisecond: {self.jumps_ms}.")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where the search stops. A search that was stopped is never a proof."""

    steps_per_client: int = 12
    states: int = 100_000
    seconds: float = 2.0

    def __post_init__(self) -> None:
        if self.steps_per_client < 1 or self.states < 1 or not self.seconds > 0:
            raise ValueError(f"Every bound must be positive: {self}.")


def _nothing(redis: Redis) -> None:
    """An empty keyspace to begin with."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Clients that share a keyspace, and what must hold whatever their order.

    They are functions in one process: `os.getpid()` and the name of the host are the same for all of them. A
    client that is to have a name of its own gets it as an argument or draws it.
    """

    clients: Mapping[str, Client]
    invariant: Invariant | None = None
    setup: Callable[[Redis], Any] = _nothing
    step_invariant: Invariant | None = None
    faults: Faults = field(default_factory=Faults)
    redis_retry: Literal["default", "off"] = "off"
    """redis-py's own policy repeats a command up to ten times after a lost connection. No socket times out:
    with that policy, a blocking command that may wait as long as redis-py's five seconds is refused."""
    split_pipelines: bool = False
    """A pipeline without MULTI is one step, or one step a command."""
    decode_responses: bool = True
    may_raise: tuple[type[BaseException], ...] = (RedisConnectionError, RedisTimeoutError)
    """Exceptions that are a result like any other. A client that raises anything else violates."""
    symmetric: bool = False
    """The clients run the same function and the invariant does not care who is who."""
    linearizable_as: Specification | None = None
    """Checked besides the invariants: each client is one operation on a sequential object."""
    initially: Any = None
    """The first state of that object."""
    seed: int = 7
    """Where the clients' random numbers and tokens begin."""

    def __post_init__(self) -> None:
        if not self.clients:
            raise ValueError("A scenario needs at least one client.")
        if self.redis_retry not in ("default", "off"):
            raise ValueError(f"redis_retry is 'default' or 'off', not {self.redis_retry!r}.")
        if self.symmetric and self.linearizable_as is not None:
            raise ValueError("Symmetric clients have no names, and an operation needs one.")
        if self.symmetric and len({id(client) for client in self.clients.values()}) != 1:
            raise ValueError("Symmetric clients must all run the very same function.")
