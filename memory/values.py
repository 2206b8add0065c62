"""What is remembered, as values. Moments are seconds since 1970 (UTC); documents are what JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

__all__ = ["TOPICS", "Answer", "Attempt", "Card", "Flag", "Interview", "Json", "Profile", "Review"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

TOPICS = ("failures", "races", "hot keys", "cost", "choice")
"""What a question is about; the columns of the map of weak topics."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A learner. `interview` is the day they prepare for; `settings` is what pages want to keep for them."""

    learner: str
    name: str = ""
    created: float = 0.0
    interview: date | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at some questions. `seed` shuffles the options; `position` is the question that is being shown.

    `state` is free for what is not answered yet: a choice that was not sent, a confidence, a clock.
    """

    id: str
    learner: str
    questions: tuple[str, ...]
    seed: int
    filter: Mapping[str, Json] = field(default_factory=dict)
    position: int = 0
    state: Mapping[str, Json] = field(default_factory=dict)
    started: float = 0.0
    finished: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in an attempt. `score` is 0 to 1, `confidence` per cent or None."""

    attempt: str
    question: str
    pattern: str
    topic: str
    kind: str
    level: int
    given: Json
    right: bool
    score: float
    confidence: int | None
    seconds: float
    at: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A question that the learner has marked, and why."""

    question: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Card:
    """How well one thing is remembered, in FSRS's terms; `kind` is "question" or "gap", `subject` its id.

    `state` is 1 learning, 2 review, 3 relearning. `stability` is in days: after that many the chance to
    remember has fallen to 90 %. `difficulty` is 1 to 10. A card that was never reviewed has neither.
    """

    subject: str
    kind: str = "question"
    pattern: str = ""
    topic: str = ""
    created: float = 0.0
    due: float = 0.0
    state: int = 1
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    last_review: float | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One look at a card. `rating` is 1 again, 2 hard, 3 good, 4 easy."""

    subject: str
    rating: int
    at: float
    seconds: float = 0.0
    kind: str = "question"


@dataclass(frozen=True, slots=True)
class Interview:
    """A mock interview: what was said, and the report once it is over."""

    id: str
    transcript: Json
    report: Json = None
    started: float = 0.0
    finished: float | None = None
