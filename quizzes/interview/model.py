"""What a design task is: its opening, and the rungs of the ladder. A field too many is an error."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from quizzes.grading import heard
from quizzes.parts import Part, Says, Slug, Topic

__all__ = [
    "KINDS", "LEVELS", "OUTCOMES", "SLOTS", "TOPIC_OF", "Bound", "Choice", "Claim", "Kind", "Level", "Levels",
    "Must", "Outcome", "Prompt", "Rung", "Slot",
]  # fmt: skip

Kind = Literal[
    "invariant", "same moment", "crash", "lost reply", "failover", "hot key", "monitor", "still redis"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The ladder, from the bottom: interviewers push in this order."""
Level = Literal["mid", "senior", "staff"]
LEVELS: tuple[Level, ...] = get_args(Level)
Slot = Literal["invariant", "failure", "fix", "cost", "not covered"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
Outcome = Literal["holds", "price", "breaks"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""How a run comes out: the promise is kept; it is kept, or given up, at a price that shows; it is broken."""

TOPIC_OF: dict[Kind, Topic] = {
    "invariant": "races", "same moment": "races", "crash": "failures", "lost reply": "failures",
    "failover": "failures", "hot key": "hot keys", "monitor": "cost", "still redis": "choice",
}  # fmt: skip

FEWEST_RUNGS = 6
FEWEST_CLAIMS = 2

Named = Annotated[str, StringConstraints(pattern=r"^[a-z_]+/[a-z0-9-]+$")]
"""lesson/race or lesson/experiment."""


class Must(Part):
    """Something that must be mentioned, in any of `words`, by a candidate of that level and above."""

    slot: Slot
    level: Level = "mid"
    says: Says
    words: tuple[Says, ...] = Field(min_length=1)


class Bound(Part):
    """What can be run: a version of a race, or a trial of an experiment, by name."""

    race: Named | None = None
    version: Literal["naive", "hardened"] | None = None
    experiment: Named | None = None
    trial: Says | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.race is None) == (self.experiment is None):
            raise ValueError("race: write either race (with version) or experiment (with trial), one of two")
        if (self.race is None) != (self.version is None):
            raise ValueError("version: a race needs a version, naive or hardened, and nothing else has one")
        if (self.experiment is None) != (self.trial is None):
            raise ValueError("trial: an experiment needs the label of a trial, and nothing else has one")
        return self

    @property
    def lesson(self) -> str:
        """The lesson whose run it is."""
        return (self.race or self.experiment or "").partition("/")[0]


class Choice(Bound):
    """Something that a candidate may claim, and the run that bears it out or does not."""

    says: Says
    claims: Outcome
    """How the run must come out for the claim to be true."""
    comes: Outcome
    """How it does come out; a test runs it."""
    slot: Slot
    """What of the rubric a true claim demonstrates."""
    why: Says
    """Told after the run."""

    @property
    def true(self) -> bool:
        return self.claims == self.comes


class Claim(Part):
    """ "Show me": what the candidate may claim at this rung."""

    asks: Says
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=4)

    @model_validator(mode="after")
    def _some_true(self) -> Self:
        true = sum(one.true for one in self.choices)
        if not 0 < true < len(self.choices):
            raise ValueError(
                f"choices: {true} of {len(self.choices)} claims are true; some must be, and not all"
            )
        return self


class Levels(Part):
    """What distinguishes the answers of three levels."""

    mid: Says
    senior: Says
    staff: Says


class Rung(Part):
    """One follow-up: the question, what must be mentioned, and perhaps a claim that can be run."""

    kind: Kind
    question: Annotated[Says, StringConstraints(min_length=40)]
    points: tuple[Must, ...] = Field(min_length=3, max_length=6)
    answer: Says
    """A model answer: it mentions every point."""
    levels: Levels
    claim: Claim | None = None

    @property
    def id(self) -> str:
        """The kind, as it stands in an address."""
        return self.kind.replace(" ", "-")

    @model_validator(mode="after")
    def _answered(self) -> Self:
        for number, point in enumerate(self.points, 1):
            if not heard(point.words, self.answer):
                raise ValueError(
                    f"points[{number}].words: the model answer has none of {', '.join(point.words)}; "
                    "write it into the answer, or other words"
                )
        return self


class Prompt(Part):
    """A design task with its ladder."""

    id: Slug
    title: Says
    patterns: tuple[Slug, ...] = Field(min_length=1)
    roles: tuple[Level, ...] = LEVELS
    """The levels at which it is asked."""
    opening: Annotated[Says, StringConstraints(min_length=80)]
    rungs: tuple[Rung, ...] = Field(min_length=FEWEST_RUNGS)

    @model_validator(mode="after")
    def _a_ladder(self) -> Self:
        kinds = [one.kind for one in self.rungs]
        if kinds != sorted(set(kinds), key=KINDS.index):
            raise ValueError(f"rungs: each kind at most once, in the order {', '.join(KINDS)}")
        if kinds[0] != "invariant":
            raise ValueError("rungs: the ladder begins with the invariant")
        claims = sum(one.claim is not None for one in self.rungs)
        if claims < FEWEST_CLAIMS:
            raise ValueError(
                f"rungs: {claims} can be demonstrated; {FEWEST_CLAIMS} or more must have a claim"
            )
        lacking = [slot for slot in SLOTS if not any(p.slot == slot for r in self.rungs for p in r.points)]
        if lacking:
            raise ValueError(f"rungs: no point is about {', '.join(lacking)}")
        return self

    def rung(self, id: str) -> Rung | None:
        """The rung of that id; None if it has none."""
        return next((one for one in self.rungs if one.id == id), None)
