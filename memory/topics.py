"""What a learner is weak in: a map of patterns and topics, made of answers and cards. Pure.

A question counts once, with its last answer: what was wrong before it was learnt is not held against anyone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memory.scheduling import average
from memory.values import TOPICS, Answer, Card

__all__ = ["FORGETTING", "GOOD_SHARE", "WEAK_SHARE", "Cell", "weak_topics", "weakest"]

WEAK_SHARE, GOOD_SHARE, FORGETTING = 0.6, 0.85, 0.8


@dataclass(frozen=True, slots=True)
class Cell:
    """One topic of one pattern. `recall` is the mean chance (0 to 1) that its questions are still known."""

    pattern: str
    topic: str
    questions: int = 0
    right: int = 0
    last_seen: float | None = None
    recall: float | None = None

    @property
    def share(self) -> float | None:
        """How many of its questions were right the last time, 0 to 1; None of none."""
        return self.right / self.questions if self.questions else None

    @property
    def word(self) -> str:
        """How it stands: "weak" under 60 % right, "shaky" under 85 %, "fading" with a recall under 80 %."""
        if self.share is None:
            return "not asked"
        if self.share < WEAK_SHARE:
            return "weak"
        if self.share < GOOD_SHARE:
            return "shaky"
        return "fading" if self.recall is not None and self.recall < FORGETTING else "solid"


def weak_topics(
    answers: Iterable[Answer],
    cards: Iterable[Card],
    patterns: Sequence[str],
    at: float,
    topics: Sequence[str] = TOPICS,
) -> tuple[tuple[Cell, ...], ...]:
    """A row for each pattern, a cell for each topic, as they are at that moment."""
    last: dict[str, Answer] = {}
    for one in sorted(answers, key=lambda one: one.at):
        last[one.question] = one
    asked: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for one in last.values():
        asked[one.pattern, one.topic].append(one)
    known: dict[tuple[str, str], list[Card]] = defaultdict(list)
    for card in cards:
        known[card.pattern, card.topic].append(card)

    def cell(pattern: str, topic: str) -> Cell:
        mine = asked.get((pattern, topic), [])
        return Cell(
            pattern,
            topic,
            len(mine),
            sum(one.right for one in mine),
            max((one.at for one in mine), default=None),
            average(known.get((pattern, topic), []), at),
        )

    return tuple(tuple(cell(pattern, topic) for topic in topics) for pattern in patterns)


def weakest(rows: Iterable[Iterable[Cell]], most: int = 3) -> tuple[Cell, ...]:
    """The cells to work on first: weak, then shaky, then fading; the least right, the most asked."""
    order = {"weak": 0, "shaky": 1, "fading": 2}
    found = [cell for row in rows for cell in row if cell.word in order]
    found.sort(
        key=lambda cell: (order[cell.word], cell.share or 0.0, -cell.questions, cell.pattern, cell.topic)
    )
    return tuple(found[:most])
