"""A fact, the ground it is checked on, and what was seen there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from lessons.sources import Citation, resolve

__all__ = ["CHECKED", "Check", "Fact", "Ground", "Seen"]

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, in a sentence, and whether the statement holds."""

    says: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A keyspace that is empty before each fact: a client that returns text, and the prefix of its keys."""

    redis: Redis
    namespace: str = ""

    def key(self, name: str = "fact") -> str:
        return f"{self.namespace}{name}"

    def refusal(self, *command: str | int | float) -> str:
        """The error that the server answers with; empty if it does what it is told."""
        try:
            self.redis.execute_command(*command)
        except ResponseError as error:
            return str(error)
        return ""

    def raw(self, *command: str | int | float) -> Any:
        """The reply as it came; a command of two words is given as one, so that redis-py leaves it alone."""
        return self.redis.execute_command(*command)

    def until(self, true: Callable[[], bool]) -> bool:
        """Ask the server until it is so; false if it is not in time."""
        end = time.monotonic() + PATIENCE
        while not (found := true()) and time.monotonic() < end:
            pass
        return found


Check = Callable[[Ground], Seen]

CHECKED = "2026-11-29"
"""When the list was last gone through against its sources."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement that a learner may repeat in an interview."""

    id: str
    topic: str
    says: str
    source: str
    """Codes of `lessons.sources`."""
    run: Check | None = None
    trap: str = ""
    """The false statement that is heard instead."""
    needs: tuple[str, ...] = ()
    """Capabilities of the server (`lab.backend`)."""
    alone: bool = False
    """Whether it looks at the whole server, which must be the learner's own."""
    checked: str = CHECKED

    @property
    def citations(self) -> tuple[Citation, ...]:
        return resolve(self.source)
