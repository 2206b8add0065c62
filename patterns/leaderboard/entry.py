"""What a leaderboard answers with, and the periods it can be kept for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from patterns.wire import tag, whole

__all__ = ["ALL_TIME", "Entry", "Period", "daily", "weekly"]

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the board. The best player has rank 0."""

    player: str
    points: int
    rank: int


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with its own board, which goes `keep` seconds after its last point (None: never)."""

    name: str
    keep: int | None

    def __post_init__(self) -> None:
        if self.name and (":" in tag("the name of a period", self.name) or self.name == "seen"):
            raise ValueError(f"the name of a period must not be 'seen' or contain a colon: {self.name!r}")
        if self.keep is not None:
            whole("keep", self.keep, 1, 10**9)


ALL_TIME = Period("", None)


def daily(at: float) -> Period:
    """The day (UTC) of an event that happened at the Unix time `at`; its board is kept a week."""
    return Period(f"{_utc(at):%Y-%m-%d}", 7 * DAY)


def weekly(at: float) -> Period:
    """The ISO week (UTC) of an event that happened at the Unix time `at`; its board is kept five weeks."""
    return Period(f"{_utc(at):%G-W%V}", 35 * DAY)


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
