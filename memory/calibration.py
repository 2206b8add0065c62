"""Whether one knows what one knows: confidence against results; and the days one has learned on. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memory.values import Answer

__all__ = ["BUCKETS", "Bucket", "Streak", "calibration", "overall", "streak"]

BUCKETS = ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 101))
"""Per cent, from and below."""

ENOUGH = 5
OFF = 0.10
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """The answers given with about the same confidence. `sure` is the mean confidence, 0 to 1."""

    low: int
    high: int
    answers: int
    right: int
    sure: float

    @property
    def share(self) -> float:
        """How many were right, 0 to 1."""
        return self.right / self.answers

    @property
    def word(self) -> str:
        """How it looks: "too sure" or "too modest" by more than ten points, "too few to tell" under five."""
        if self.answers < ENOUGH:
            return "too few to tell"
        if self.sure - self.share > OFF:
            return "too sure"
        return "too modest" if self.share - self.sure > OFF else "about right"


def calibration(answers: Iterable[Answer]) -> tuple[Bucket, ...]:
    """The buckets that have answers, the least confident first. Answers without a confidence are left out."""
    told = [(one.confidence, one.right) for one in answers if one.confidence is not None]
    return tuple(
        bucket
        for low, high in BUCKETS
        if (bucket := _bucket(low, high, [one for one in told if low <= one[0] < high])) is not None
    )


def overall(answers: Iterable[Answer]) -> Bucket | None:
    """All answers with a confidence as one; None of none."""
    return _bucket(0, 101, [(one.confidence, one.right) for one in answers if one.confidence is not None])


def _bucket(low: int, high: int, told: list[tuple[int, bool]]) -> Bucket | None:
    if not told:
        return None
    sure = sum(confidence for confidence, _ in told) / len(told) / 100
    return Bucket(low, high, len(told), sum(right for _, right in told), sure)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with at least one answer, up to today or yesterday; the longest row; all such days."""

    days: int
    longest: int
    total: int


def streak(moments: Iterable[float], now: float, *, ahead_of_utc: float = 0.0) -> Streak:
    """The days of these moments, where the learner's clock is so many seconds ahead of UTC.

    Today not having happened yet breaks nothing.
    """
    days = {int((moment + ahead_of_utc) // _DAY) for moment in moments}
    today = int((now + ahead_of_utc) // _DAY)
    end = today if today in days else today - 1
    row = 0
    while end - row in days:
        row += 1
    longest = run = 0
    before: int | None = None
    for day in sorted(days):
        run = run + 1 if before is not None and day == before + 1 else 1
        longest, before = max(longest, run), day
    return Streak(row, longest, len(days))
