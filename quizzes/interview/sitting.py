"""One interview as it goes on: frozen values, and what happens to them. Moments are Unix seconds.

`as_json` and `from_json` carry a sitting through a reload; nothing is lost but what stands in a text field
that was never left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from quizzes.interview.model import KINDS, Kind, Level, Outcome, Prompt
from quizzes.shuffle import order

__all__ = [
    "LENGTHS", "Length", "Plan", "Run", "Sitting", "Turn", "begin", "choose", "fitting", "from_json", "plan",
]  # fmt: skip

Length = Literal[20, 45]
LENGTHS: tuple[Length, ...] = (20, 45)
MINUTES_A_RUNG: dict[Length, int] = {20: 3, 45: 5}
OPENING = 2
"""Minutes for reading the task and drawing boxes."""

FIRST: dict[Level, tuple[Kind, ...]] = {
    "mid": (
        "invariant", "same moment", "crash", "lost reply", "hot key", "monitor", "failover", "still redis",
    ),
    "senior": (
        "invariant", "same moment", "lost reply", "failover", "hot key", "crash", "monitor", "still redis",
    ),
    "staff": (
        "invariant", "failover", "hot key", "still redis", "lost reply", "monitor", "same moment", "crash",
    ),
}  # fmt: skip
"""What an interviewer of that level drops last when time is short."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed at the beginning. `rungs` are ids, in the order in which they are asked."""

    prompt: str
    role: Level
    minutes: Length
    rungs: tuple[str, ...]
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A claim that was run: which choice, what was predicted, how it came out, in one sentence."""

    choice: int
    predicted: Outcome | None
    outcome: Outcome
    says: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said at one rung. `ticked` are points, from 0, that the candidate says were said aloud."""

    text: str = ""
    ticked: tuple[int, ...] = ()
    answered: bool = False
    claim: int | None = None
    predicted: Outcome | None = None
    runs: tuple[Run, ...] = ()
    revealed: bool = False
    began: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """An interview. `at` is the rung that is being asked; past the last one it is over."""

    plan: Plan
    began: float
    turns: tuple[Turn, ...]
    at: int = 0
    notes: str = ""
    over: float | None = None
    version: int = 1

    @property
    def ends(self) -> float:
        """When its time is up."""
        return self.began + 60.0 * self.plan.minutes

    @property
    def turn(self) -> Turn:
        """The turn at which it stands, or the last one."""
        return self.turns[min(self.at, len(self.turns) - 1)]

    def time_is_up(self, now: float) -> bool:
        return now >= self.ends

    def with_turn(self, **change: Any) -> Sitting:
        """The same with something changed at the present rung."""
        turns = list(self.turns)
        turns[self.at] = replace(turns[self.at], **change)
        return replace(self, turns=tuple(turns))

    def noted(self, notes: str) -> Sitting:
        """The same with other notes."""
        return replace(self, notes=notes)

    def ran(self, at: int, run: Run) -> Sitting:
        """The same with a run noted, at the rung where it was begun; the next claim starts afresh."""
        turns = list(self.turns)
        turns[at] = replace(turns[at], runs=(*turns[at].runs, run), claim=None, predicted=None)
        return replace(self, turns=tuple(turns))

    def go_on(self, now: float) -> Sitting:
        """To the next rung; past the last one, or when time is up, it is over."""
        left = self.with_turn(left=now)
        if self.at + 1 >= len(self.turns) or self.time_is_up(now):
            return replace(left, over=now)
        return replace(left, at=self.at + 1).with_turn(began=now)

    def end(self, now: float) -> Sitting:
        """Break it off here."""
        return replace(self.with_turn(left=now), over=now)

    def as_json(self) -> dict[str, Any]:
        """As plain data, for `from_json`."""
        return dict(TypeAdapter(Sitting).dump_python(self, mode="json"))


def fitting(prompts: Sequence[Prompt], role: Level, patterns: Sequence[str] = ()) -> tuple[Prompt, ...]:
    """The tasks for a level that are about any of these patterns; about anything if there are none."""
    return tuple(
        one for one in prompts if role in one.roles and (not patterns or set(patterns) & set(one.patterns))
    )


def choose(prompts: Sequence[Prompt], seed: int, asked_before: Sequence[str] = ()) -> Prompt:
    """A task by seed, one that was not asked before if there is any. ValueError without tasks."""
    if not prompts:
        raise ValueError("No task fits. Take another pattern, or be surprised.")
    fresh = [one for one in prompts if one.id not in asked_before] or list(prompts)
    return fresh[order(len(fresh), seed, "interview")[0]]


def plan(prompt: Prompt, role: Level, minutes: Length, seed: int = 0) -> Plan:
    """The rungs that fit the time: those that matter most to the level, in the order of the ladder."""
    room = (minutes - OPENING) // MINUTES_A_RUNG[minutes]
    by_weight = sorted(prompt.rungs, key=lambda one: FIRST[role].index(one.kind))
    chosen = sorted(by_weight[:room], key=lambda one: KINDS.index(one.kind))
    return Plan(prompt.id, role, minutes, tuple(one.id for one in chosen), seed)


def begin(agreed: Plan, now: float) -> Sitting:
    """The clock starts."""
    turns = tuple(Turn(began=now if number == 0 else None) for number in range(len(agreed.rungs)))
    return Sitting(agreed, now, turns)


def from_json(kept: object) -> Sitting | None:
    """A sitting out of the store; None if it is none, such as one of a later version of this app."""
    try:
        found = TypeAdapter(Sitting).validate_python(kept)
    except ValidationError:
        return None
    whole = 0 <= found.at < len(found.turns) == len(found.plan.rungs)
    return found if whole and found.version == 1 else None
