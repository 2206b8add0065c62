"""What a question is: a frozen class for each kind, and what they share. A field too many is an error.

The format with examples, for authors, is docs/questions.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from quizzes.parts import (
    POINTS,
    Address,
    Case,
    Claim,
    Expected,
    Option,
    Part,
    Point,
    Says,
    Slug,
    Topic,
    Transcript,
    WeakAnswer,
    WrongCommands,
    WrongLine,
    WrongNumber,
    WrongOrder,
    WrongReply,
    WrongSchedule,
)  # fmt: skip

__all__ = [
    "KINDS", "Bank", "Base", "Free", "Kind", "Number", "Order", "Predict", "Question", "Schedule", "Several",
    "Single", "Spot", "Write",
]  # fmt: skip

Kind = Literal["single", "several", "number", "predict", "order", "spot", "write", "schedule", "free"]
FEWEST_OPTIONS, MOST_OPTIONS = 3, 6
MOST_ORDERED = 5
"""Five commands have 120 orders, and the proof runs them all."""


class Base(Part):
    """What every question has."""

    id: Slug
    topic: Topic
    level: int = Field(ge=1, le=5)
    """1: a word from the course. 3: a senior's answer. 5: what makes a staff engineer think."""
    prompt: Annotated[Says, StringConstraints(min_length=40)]
    """A scenario: who does what, what they see. Never "what is ...?"."""
    why: Says
    """Shown after the answer, whatever it was."""
    claims: tuple[Claim, ...] = ()
    source: str = ""
    """Codes of sources for what no run can show: "cmd:zadd, lock"."""
    seal: str = ""
    """Written by `python -m quizzes seal` when everything in the question has been proved."""


class Single(Base):
    """One option is right."""

    kind: Literal["single"]
    options: tuple[Option, ...] = Field(min_length=FEWEST_OPTIONS, max_length=MOST_OPTIONS)

    @model_validator(mode="after")
    def _one_right(self) -> Self:
        right = sum(option.right for option in self.options)
        if right != 1:
            raise ValueError(f"options: {right} are marked right = true; exactly one must be")
        return self


class Several(Base):
    """More than one option is right, and not all."""

    kind: Literal["several"]
    options: tuple[Option, ...] = Field(min_length=FEWEST_OPTIONS, max_length=MOST_OPTIONS)

    @model_validator(mode="after")
    def _some_right(self) -> Self:
        right = sum(option.right for option in self.options)
        if not 2 <= right < len(self.options):
            raise ValueError(
                f"options: {right} of {len(self.options)} are right; two or more must be, not all"
            )
        return self


class Number(Base):
    """A number, within a tolerance. It is the last reply of `run`, or what `check` gives."""

    kind: Literal["number"]
    answer: float
    tolerance: float = Field(default=0.0, ge=0)
    unit: str = ""
    run: Transcript | None = None
    check: Annotated[str, StringConstraints(pattern=r"^[a-z_]+:[a-z_]+$")] | None = None
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    wrong: tuple[WrongNumber, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.run is None) == (self.check is None):
            raise ValueError("run: write either run (commands whose last reply is the number) or check")
        return self


class Predict(Base):
    """What does the last command reply? The learner sees `run` and types the reply."""

    kind: Literal["predict"]
    run: Transcript
    answer: Expected
    wrong: tuple[WrongReply, ...] = Field(min_length=2)


class Order(Base):
    """Commands to be put in order. Right is what the keyspace says afterwards (`then`) and, where `always` is
    given, after every command, as if a client died there."""

    kind: Literal["order"]
    setup: Transcript | None = None
    commands: tuple[Transcript, ...] = Field(min_length=3, max_length=MOST_ORDERED)
    """In a right order; the learner gets them shuffled."""
    also: tuple[tuple[int, ...], ...] = ()
    """Other orders that are right as well; [2, 1, 3] begins with the second of `commands`."""
    always: Transcript | None = None
    then: Transcript
    wrong: tuple[WrongOrder, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _orders(self) -> Self:
        wanted = list(range(1, len(self.commands) + 1))
        for field, orders in (("also", self.also), ("wrong", tuple(one.order for one in self.wrong))):
            for order in orders:
                if sorted(order) != wanted:
                    raise ValueError(f"{field}: {list(order)} is not an order of {wanted}")
        return self


class Spot(Base):
    """A review: mark the line of a naive version where it goes wrong. The code is never pasted."""

    kind: Literal["spot"]
    code: Annotated[str, StringConstraints(pattern=r"^patterns\.[a-z_]+\.[a-z_]+:\w+(\.\w+)?$")]
    """`patterns.leaderboard.naive:NaiveLeaderboard.add_points`"""
    anomaly: Says
    """Its name in the code, `# Bug on purpose (lost update): ...`; the right line is the one below that."""
    line: Says
    also: tuple[Says, ...] = ()
    """Other lines that one may mark with good reason."""
    wrong: tuple[WrongLine, ...] = Field(min_length=1)


class Write(Base):
    """Type the command or commands. Judged by the keyspace they leave in every case; the first is shown."""

    kind: Literal["write"]
    cases: tuple[Case, ...] = Field(min_length=1)
    answer: Transcript
    most: int = Field(default=1, ge=1, le=10)
    """At most so many commands."""
    wrong: tuple[WrongCommands, ...] = Field(min_length=1)


class Schedule(Base):
    """Find the order of events that breaks the code, in a race of a lesson; judged by running it."""

    kind: Literal["schedule"]
    race: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+/[a-z0-9-]+$")]
    """lesson/race, as `python -m lessons race` and the race lab name them."""
    anomaly: Says
    answer: Address
    wrong: tuple[WrongSchedule, ...] = Field(min_length=1)


class Free(Base):
    """Say it in your own words. Marked by what must be mentioned."""

    kind: Literal["free"]
    answer: Says
    """A model answer: it mentions every point."""
    rubric: tuple[Point, ...]
    enough: int = Field(default=4, ge=1, le=5)
    """So many of the five points make it right."""
    weak: tuple[WeakAnswer, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _all_points(self) -> Self:
        named = [one.point for one in self.rubric]
        if sorted(named) != sorted(POINTS):
            raise ValueError(
                f"rubric: it must have each of {', '.join(POINTS)} once, and has {', '.join(named)}"
            )
        return self


Question = Single | Several | Number | Predict | Order | Spot | Write | Schedule | Free

KINDS: dict[str, type[Question]] = {
    "single": Single, "several": Several, "number": Number, "predict": Predict, "order": Order, "spot": Spot,
    "write": Write, "schedule": Schedule, "free": Free,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions of one pattern or chapter, as read from a file."""

    slug: str
    file: str
    questions: tuple[Question, ...]
