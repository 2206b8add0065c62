"""What a scheduler hands out, what a handler may hand back, and how many of each there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from patterns.wire import content, number, whole

__all__ = ["Counts", "Handler", "Job", "moment", "payload_of"]

LARGEST_PAYLOAD = 65_536
"""Bytes. A job says what to do; what it needs for that is kept elsewhere."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job in a worker's hands. `attempt` counts its claims, `claim` proves this one."""

    id: str
    payload: str
    attempt: int = 1
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs wait for their time or a worker, how many run, how many were given up."""

    waiting: int
    running: int = 0
    failed: int = 0


Handler = Callable[[Job], object]
"""What a worker does with a job. An Effect that it returns is carried out; anything else is ignored."""


def moment(what: str, value: object) -> int:
    """A Unix time in seconds as milliseconds, if it lies between 1970 and 9999."""
    return round(1_000 * number(what, value, 0, 253_402_300_799))


def payload_of(value: object) -> str:
    """`value`, if it can be a job's payload: text of at most 64 KB."""
    checked = content("payload", value)
    whole("bytes in payload", len(checked.encode()), 0, LARGEST_PAYLOAD)
    return checked
