"""What an interview comes to: *said*, *predicted* and *demonstrated*, apart, on the rubric.

Said is a point whose words are in the text, or that the candidate ticked as said aloud. Predicted is a run
whose outcome was told beforehand. Demonstrated is a claim that a run has borne out. Nothing else counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.grading import heard
from quizzes.interview.model import LEVELS, SLOTS, Kind, Level, Must, Prompt, Rung, Slot
from quizzes.interview.sitting import Sitting, Turn

__all__ = ["Gap", "Heard", "Mark", "Scored", "heard_points", "rating", "score"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A point, and how it was said: in the text, ticked as said aloud, or not at all (neither)."""

    point: Must
    in_text: bool
    ticked: bool

    @property
    def said(self) -> bool:
        return self.in_text or self.ticked


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the rubric: so many of so many."""

    slot: Slot
    said: int = 0
    sayable: int = 0
    ticked: int = 0
    """How many of those said were ticked and not found in the text."""
    predicted: int = 0
    runs: int = 0
    """How many runs were about this, each with a prediction or without."""
    demonstrated: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A rung at which something that the level must say was not said. It becomes a card."""

    prompt: str
    rung: str
    kind: Kind
    missing: tuple[Must, ...]

    @property
    def subject(self) -> str:
        """The id of its card."""
        return f"{self.prompt}/{self.rung}"


@dataclass(frozen=True, slots=True)
class Scored:
    """How it went. `expected` counts the points up to the level that was asked for, `beyond` those above."""

    role: Level
    marks: tuple[Mark, ...]
    expected: tuple[int, int]
    beyond: tuple[int, int]
    reached: int
    rungs: int
    predicted: int
    runs: int
    demonstrated: int
    claimed: int
    """Different claims that were run; a claim run twice counts once."""
    strengths: tuple[str, ...]
    gaps: tuple[Gap, ...]


def heard_points(rung: Rung, turn: Turn) -> tuple[Heard, ...]:
    """Every point of a rung with how it was said."""
    return tuple(
        Heard(point, heard(point.words, turn.text), number in turn.ticked)
        for number, point in enumerate(rung.points)
    )


def rating(points: tuple[Heard, ...]) -> int:
    """How well that was remembered, for the card: 3 all of it, 2 most of it, 1 again."""
    said = sum(one.said for one in points)
    return 3 if said == len(points) else 2 if said * 3 >= 2 * len(points) else 1


def score(prompt: Prompt, sitting: Sitting) -> Scored:
    """What came of a sitting; only rungs that were reached count, and are told how many they are."""
    reached = [(rung, turn) for rung, turn in _turns(prompt, sitting) if turn.answered]
    up_to = LEVELS.index(sitting.plan.role)
    points = [(rung, one) for rung, turn in reached for one in heard_points(rung, turn)]
    expected = [one for _, one in points if LEVELS.index(one.point.level) <= up_to]
    beyond = [one for _, one in points if LEVELS.index(one.point.level) > up_to]
    tried = list(_runs(reached))
    return Scored(
        role=sitting.plan.role,
        marks=tuple(_mark(slot, [one for _, one in points], tried) for slot in SLOTS),
        expected=(sum(one.said for one in expected), len(expected)),
        beyond=(sum(one.said for one in beyond), len(beyond)),
        reached=len(reached),
        rungs=len(sitting.turns),
        predicted=sum(one.came_true for one in tried),
        runs=len(tried),
        demonstrated=sum(one.borne_out for one in tried),
        claimed=len(tried),
        strengths=tuple(dict.fromkeys(_strengths(reached, up_to))),
        gaps=tuple(_gaps(prompt, reached, up_to)),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """The first run of one claim: that is when the prediction meant something."""

    slot: Slot
    came_true: bool
    borne_out: bool


def _turns(prompt: Prompt, sitting: Sitting) -> Iterator[tuple[Rung, Turn]]:
    for id, turn in zip(sitting.plan.rungs, sitting.turns, strict=True):
        if (rung := prompt.rung(id)) is not None:
            yield rung, turn


def _runs(reached: list[tuple[Rung, Turn]]) -> Iterator[_Tried]:
    for rung, turn in reached:
        seen: set[int] = set()
        for run in turn.runs:
            if rung.claim is None or run.choice in seen or run.choice >= len(rung.claim.choices):
                continue
            seen.add(run.choice)
            choice = rung.claim.choices[run.choice]
            yield _Tried(choice.slot, run.predicted == run.outcome, run.outcome == choice.claims)


def _mark(slot: Slot, points: list[Heard], tried: list[_Tried]) -> Mark:
    here = [one for one in points if one.point.slot == slot]
    runs = [one for one in tried if one.slot == slot]
    return Mark(
        slot,
        said=sum(one.said for one in here),
        sayable=len(here),
        ticked=sum(one.ticked and not one.in_text for one in here),
        predicted=sum(one.came_true for one in runs),
        runs=len(runs),
        demonstrated=sum(one.borne_out for one in runs),
    )


def _strengths(reached: list[tuple[Rung, Turn]], up_to: int) -> Iterator[str]:
    for rung, turn in reached:
        points = heard_points(rung, turn)
        needed = [one for one in points if LEVELS.index(one.point.level) <= up_to]
        if needed and all(one.said for one in needed):
            yield f"{rung.kind.capitalize()}: everything that your level must say."
        for one in points:
            if one.said and LEVELS.index(one.point.level) > up_to:
                yield f"{rung.kind.capitalize()}, above your level ({one.point.level}): {one.point.says}"
        for run in turn.runs:
            if rung.claim is None or run.choice >= len(rung.claim.choices):
                continue
            choice = rung.claim.choices[run.choice]
            if run.outcome == choice.claims:
                yield f"{rung.kind.capitalize()}, demonstrated: {choice.says}"


def _gaps(prompt: Prompt, reached: list[tuple[Rung, Turn]], up_to: int) -> Iterator[Gap]:
    for rung, turn in reached:
        missing = tuple(
            one.point
            for one in heard_points(rung, turn)
            if not one.said and LEVELS.index(one.point.level) <= up_to
        )
        if missing:
            yield Gap(prompt.id, rung.id, rung.kind, missing)
