"""Both ends of the wire: what goes out is checked first, what comes back reads the same for every client.

A pattern that you copy needs this file, its own folder, and `lua` from the catalogue.
"""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import (
    ClusterError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TimeoutError,
)

__all__ = [
    "FAILED", "LONGEST_NAME", "Client", "Clock", "Effect", "Sleep",
    "carry_out", "content", "milliseconds", "name", "number", "pause", "still_reads", "tag", "text",
    "unavailable", "whole",
]  # fmt: skip

Client = Redis | RedisCluster
Clock = Callable[[], float]
Sleep = Callable[[float], object]

FAILED = (RedisError, RedisClusterException)
"""Whatever a client of Redis raises."""

_UNAVAILABLE = (
    ConnectionError, TimeoutError, OutOfMemoryError, ReadOnlyError, ClusterError, RedisClusterException,
)  # fmt: skip
_TAKES_NO_WRITES = ("MISCONF ", "NOREPLICAS ")  # redis-py has no classes for these
_REFUSED = ("BUSY ", *_TAKES_NO_WRITES)

LONGEST_NAME = 256
"""Bytes. Redis would take 512 MB; a name that long is somebody's mistake, and it would be kept in memory."""

MOST_ARGUMENTS = 1_000
"""Of an effect. A script can hand on some 8,000; and it holds up everybody else for as long as it takes."""

pause: Sleep = threading.Event().wait
"""The default way to sleep: an event that nobody sets. Pass your own, and your tests need not wait."""


def unavailable(error: Exception) -> bool:
    """Whether Redis cannot serve now, whoever asks, so that asking it later may help.

    It is gone, slow, full, demoted or without its cluster; or a script keeps it busy; or it takes no writes,
    because it cannot save them or too few replicas would have them.
    """
    refused = isinstance(error, ResponseError) and str(error).startswith(_REFUSED)
    return refused or isinstance(error, _UNAVAILABLE)


def still_reads(error: Exception) -> bool:
    """Whether a Redis that is unavailable for writes still answers reads: it is full, or cannot save."""
    refused = isinstance(error, ResponseError) and str(error).startswith(_TAKES_NO_WRITES)
    return refused or isinstance(error, OutOfMemoryError)


def text(reply: Any) -> str:
    """A reply as text, whether or not the client decodes responses."""
    return reply.decode() if isinstance(reply, bytes) else str(reply)


def content(what: str, value: object) -> str:
    """`value`, if it is text that can be stored: of any length, empty too."""
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text, not {type(value).__name__}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{what} holds characters that UTF-8 cannot carry") from None
    return value


def name(what: str, value: object) -> str:
    """`value`, if it can name something: text of 1 to 256 bytes."""
    checked = content(what, value)
    if not checked:
        raise ValueError(f"{what} must not be empty")
    if (size := len(checked.encode())) > LONGEST_NAME:
        raise ValueError(f"{what} must have at most {LONGEST_NAME} bytes, not {size:,}")
    return checked


def tag(what: str, value: object) -> str:
    """`value`, if it can stand in a hash tag: a name without braces, which would move keys to other slots."""
    checked = name(what, value)
    if "{" in checked or "}" in checked:
        raise ValueError(f"{what} must not contain braces: {checked!r}")
    return checked


def whole(what: str, value: object, low: int, high: int) -> int:
    """`value`, if it is a whole number from `low` to `high`. True, 1.0 and NaN are not."""
    try:
        checked = operator.index(value)  # type: ignore[arg-type]  # this is how Python asks "are you a whole number?"
    except TypeError:
        checked = None
    if checked is None or isinstance(value, bool):
        raise ValueError(f"{what} must be a whole number, not {value!r}")
    if not low <= checked <= high:
        raise ValueError(f"{what} must be between {low:,} and {high:,}, not {checked:,}")
    return checked


def number(what: str, value: object, low: float, high: float) -> float:
    """`value`, if it is a finite number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise ValueError(f"{what} must be a finite number, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{what} must be between {low:,} and {high:,}, not {value:,}")
    return float(value)


def milliseconds(now: Clock | None) -> int | str:
    """The time as a script takes it: milliseconds, or "" for the server's clock, the one clients share."""
    return "" if now is None else round(now() * 1000)


@dataclass(frozen=True, slots=True)
class Effect:
    """One write, left to the script that ends its work: Effect("HINCRBY", "stock:{orders}", ("shoe", -1)).

    The script writes it in the step that notes the end, so it happens once, however often the work ran.
    """

    command: str
    key: str
    args: tuple[str | int, ...] = ()

    def __post_init__(self) -> None:
        name("command", self.command)
        name("key", self.key)
        if len(self.args) > MOST_ARGUMENTS:
            raise ValueError(f"an effect has at most {MOST_ARGUMENTS:,} arguments, not {len(self.args):,}")

    def words(self, beside: str) -> list[str | int]:
        """Command and arguments for a script on `beside`, if the effect's key lies in its slot."""
        if key_slot(self.key.encode()) != key_slot(beside.encode()):
            raise ValueError(f"{self.key} lies in another slot than {beside}: give it the same hash tag")
        return [self.command, *self.args]


def carry_out(redis: Client, outcome: object) -> None:
    """Write `outcome` now, by itself, if it is an Effect: the naive way."""
    if isinstance(outcome, Effect):
        send: Callable[..., Any] = redis.execute_command
        send(outcome.command, outcome.key, *outcome.args)
