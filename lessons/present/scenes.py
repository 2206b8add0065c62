"""Scenes: what a room sees, one after the other. Values only.

A scene has one line in big type, notes for the speaker, and perhaps a cue: what Enter runs. A cue names its
part of the lesson by the words a person sees (heading, label), so that a scene list can be written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lessons.model import Version
from lessons.present.choices import SingleChoice

__all__ = [
    "HANDS", "RACE_HANDS", "SECONDS", "Answer", "Choose", "Cue", "Deck", "Duel", "Hand", "Kind", "Locate",
    "Look", "Measure", "Play", "Reckon", "Scene", "Try", "Turn",
]  # fmt: skip

Kind = Literal[
    "title", "words", "run", "race", "experiment", "compare", "fact", "question", "points", "cost", "slots",
    "version", "choice",
]  # fmt: skip

SECONDS: Mapping[Kind, int] = {
    "title": 30, "words": 60, "run": 60, "race": 150, "experiment": 90, "compare": 90, "fact": 40,
    "question": 60, "points": 75, "cost": 120, "slots": 60, "version": 40, "choice": 90,
}  # fmt: skip
"""What is planned for a scene of each kind where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Play:
    """An action of a Run or Burst step, with what is typed into it."""

    step: str
    action: str
    inputs: tuple[tuple[str, object], ...] = ()
    crowd: bool = False
    """Real threads at once: what is counted stays the same, the order of the commands does not."""


@dataclass(frozen=True, slots=True)
class Duel:
    """One version of a race of the lesson, by the race's slug."""

    race: str
    version: Version


@dataclass(frozen=True, slots=True)
class Try:
    """One trial of an experiment, by the experiment's slug and the trial's label."""

    step: str
    experiment: str
    trial: str
    inputs: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A fact of a Numbers step, by its place from 0 on: measured where it can be, else with its source."""

    step: str
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """A pair of a Compare step, by its place from 0 on."""

    step: str
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of an Ask step, by its place from 0 on; the cue uncovers the answer."""

    step: str
    number: int


@dataclass(frozen=True, slots=True)
class Reckon:
    """An estimate of a Cost step, by its place from 0 on, with the interviewer's numbers: measured here, then
    multiplied."""

    step: str
    number: int
    inputs: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Locate:
    """A group of keys of a Scale step, by its place from 0 on; the cue computes their slots."""

    step: str
    number: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A way of the version dial of a Production step, by the version it came with; the cue tries it here."""

    step: str
    since: str


@dataclass(frozen=True, slots=True)
class Choose:
    """A question of the lesson's quiz, as the room sees it; the cue uncovers which option is right."""

    step: str
    question: SingleChoice


Cue = Play | Duel | Try | Measure | Look | Answer | Reckon | Locate | Turn | Choose


@dataclass(frozen=True, slots=True)
class Hand:
    """Something to raise a hand for, and the outcomes (tones, verdicts) that prove it right."""

    label: str
    means: frozenset[str]


HANDS = (
    Hand("It keeps its promise", frozenset({"good", "plain"})),
    Hand("It breaks", frozenset({"bad", "warn"})),
)
RACE_HANDS = (
    Hand("No order breaks it", frozenset({"proved"})),
    Hand("Some order breaks it", frozenset({"violated"})),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to show. `line` is the one line in big type; `notes` is only for the speaker."""

    kind: Kind
    title: str
    line: str = ""
    cue: Cue | None = None
    notes: str = ""
    seconds: int = 60
    hands: tuple[Hand, ...] = ()
    points: tuple[str, ...] = ()
    """What stands below the line, one below the other, in Markdown."""
    lacks: str = ""
    """Why something is not shown that belongs here; a rehearsal fails with it."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Scenes in order, about one lesson. `seed` decides what chance decides; `file` is a scene list's own."""

    name: str
    slug: str
    title: str
    scenes: tuple[Scene, ...]
    seed: int = 1
    file: str = ""

    @property
    def seconds(self) -> int:
        """What is planned for all of it."""
        return sum(scene.seconds for scene in self.scenes)

    def before(self, position: int) -> tuple[Play, ...]:
        """What must have run for the keyspace to be as this scene expects: the earlier plays of its step."""
        cue = self.scenes[position].cue
        if not isinstance(cue, Play) or cue.crowd:
            return ()
        earlier = [scene.cue for scene in self.scenes[:position]]
        return tuple(one for one in earlier if isinstance(one, Play) and one.step == cue.step)
