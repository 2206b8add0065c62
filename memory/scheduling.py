"""When something should be asked again: FSRS, with the clock as a parameter. Pure.

A card is what its reviews make of it, one after the other: so reviews can be merged from two places in any
order, and the same reviews give the same card everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from memory.values import Card, Review

if TYPE_CHECKING:
    import fsrs

__all__ = [
    "AGAIN",
    "EASY",
    "GOOD",
    "HARD",
    "LastDays",
    "due",
    "due_at",
    "grade",
    "last_days",
    "recall",
    "remember",
]

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
DAY = 86_400.0
SURE, UNSURE = 90, 60


def grade(right: bool, confidence: int | None = None) -> int:
    """What an answer says about memory: wrong is *again*, right is *easy*, *good* or *hard* by confidence.

    `confidence` is per cent: 90 and more is sure, less than 60 is a guess that came right.
    """
    if not right:
        return AGAIN
    if confidence is None:
        return GOOD
    return EASY if confidence >= SURE else HARD if confidence < UNSURE else GOOD


def remember(card: Card, reviews: Iterable[Review]) -> Card:
    """The card after all its reviews, in the order of their time, whatever it knew of them before."""
    import fsrs

    known = fsrs.Card(card_id=0, due=_moment(card.created))
    for one in sorted(reviews, key=lambda one: one.at):
        known, _ = _scheduler().review_card(known, fsrs.Rating(one.rating), _moment(one.at))
    return replace(
        card,
        due=known.due.timestamp(),
        state=int(known.state),
        step=known.step,
        stability=known.stability,
        difficulty=known.difficulty,
        last_review=known.last_review.timestamp() if known.last_review else None,
    )


def recall(card: Card, at: float) -> float:
    """The chance, 0 to 1, that the learner still knows it at that moment. Never reviewed is 0."""
    import fsrs

    if card.last_review is None or card.stability is None:
        return 0.0
    known = fsrs.Card(
        card_id=0,
        state=fsrs.State(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_moment(card.due),
        last_review=_moment(card.last_review),
    )
    return float(_scheduler().get_card_retrievability(known, _moment(at)))


def due_at(card: Card, interview: date | None = None) -> float:
    """When the card should be asked. With an interview ahead, once more before the day at the latest."""
    if interview is None or card.last_review is None:
        return card.due
    latest = _start(interview) - DAY
    return min(card.due, latest) if card.last_review < latest else card.due


def due(cards: Iterable[Card], now: float, interview: date | None = None) -> tuple[Card, ...]:
    """What to ask now, the most urgent first.

    Without an interview that is what has been due for longest. With one that lies ahead it is what will be
    forgotten most surely on that day.
    """
    ahead = interview if interview is not None and _start(interview) + DAY > now else None
    waiting = [card for card in cards if due_at(card, ahead) <= now]
    if ahead is None:
        return tuple(sorted(waiting, key=lambda card: (card.due, card.subject)))
    day = max(_start(ahead), now)
    return tuple(sorted(waiting, key=lambda card: (recall(card, day), card.due, card.subject)))


@dataclass(frozen=True, slots=True)
class LastDays:
    """The last 48 hours before an interview: what to go through the day before, and what on the last evening.

    `first` are the cards that will most likely be forgotten on the day, `last` the ones of those that are
    weakest of all, for a second look; `left_alone` is how many are known well enough.
    """

    first: tuple[Card, ...]
    last: tuple[Card, ...]
    left_alone: int
    hours: float


def last_days(cards: Iterable[Card], now: float, interview: date, *, most: int = 40) -> LastDays | None:
    """The plan, or None while the interview is more than 48 hours away or over. `most` cards a session."""
    hours = (_start(interview) - now) / 3600
    if not -24 < hours <= 48:
        return None
    day = max(_start(interview), now)
    ordered = sorted(cards, key=lambda card: (recall(card, day), card.subject))
    weak = [card for card in ordered if recall(card, day) < 0.95][:most]
    return LastDays(tuple(weak), tuple(weak[: max(1, most // 4)]), len(ordered) - len(weak), max(0.0, hours))


def average(cards: Sequence[Card], at: float) -> float | None:
    """The mean chance that these are still known; None of none."""
    return sum(recall(card, at) for card in cards) / len(cards) if cards else None


def _start(day: date) -> float:
    """The morning of that day. UTC: a learner's own midnight is at most half a day away."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC).timestamp()


def _moment(at: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)


@cache
def _scheduler() -> fsrs.Scheduler:
    import fsrs

    # No chance in it: the same reviews must give the same card in every process and after an import.
    return fsrs.Scheduler(desired_retention=0.9, enable_fuzzing=False)
