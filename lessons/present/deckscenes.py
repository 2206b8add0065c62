"""The scene that a row of a scene list names: as the lesson would show it, with the list's own inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lessons.library import Loaded, Part
from lessons.model import Check, Production, Version
from lessons.present.choices import NoQuestions, Questions, drawn
from lessons.present.cost import cost_scene
from lessons.present.cues import NoCue, check, estimate_of, way_of
from lessons.present.decklines import DeckError, Lines, near
from lessons.present.derive import scenes_of
from lessons.present.fit import choice_fits
from lessons.present.quiz import choice_scene
from lessons.present.scenes import (
    Answer,
    Cue,
    Deck,
    Duel,
    Locate,
    Look,
    Measure,
    Play,
    Reckon,
    Scene,
    Try,
    Turn,
)  # fmt: skip

__all__ = ["CUES", "Row"]

CUES = (
    "action", "race", "experiment", "fact", "pair", "question", "estimate", "keys", "part", "dial", "quiz",
)  # fmt: skip
"""What a row may name, one of them."""
QUESTION = "A question"
"""What a question is called where the lesson has no step for them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row, its number from 1 on, and where it stands."""

    fields: Mapping[str, Any]
    number: int
    lines: Lines
    loaded: Loaded
    derived: Deck
    """The deck of the whole lesson, with this list's seed."""
    questions: Questions
    banks: Path
    """Where the question banks beside the list are."""

    @property
    def step(self) -> str:
        return str(self.fields.get("step", ""))

    def error(self, key: str, says: str) -> DeckError:
        return self.lines.error(self.number, key, says)

    def scene(self, named: str) -> Scene:
        """The scene that `named`, one of CUES, leads to; without one it is words."""
        if not named:
            return self._words()
        if named not in ("race", "quiz") and "step" not in self.fields:
            raise self.error(named, "needs its step too: the heading in the lesson.")
        typed = dict(self.fields.get("inputs", {}))
        if typed and named not in ("action", "experiment", "estimate"):
            raise self.error("inputs", "go with an action, an experiment or an estimate only.")
        if named == "part":
            return self._points()
        if named == "quiz":
            return self._question()
        return self._typed(self._named(named), typed)

    def _words(self) -> Scene:
        """The words of a step, or a scene of one's own."""
        if "step" in self.fields:
            part = self._part()
            known = (one for one in self.derived.scenes if one.kind in ("words", "points"))
            return next((one for one in known if one.title == part.heading), Scene("words", part.heading))
        if not self.fields.get("title"):
            raise self.error("title", "is missing: a scene has a title, or names what it runs.")
        return Scene("words", self.fields["title"])

    def _part(self) -> Part:
        found = next((one for one in self.loaded.parts if one.heading == self.step), None)
        if found is None:
            there = near(self.step, [one.heading for one in self.loaded.parts])
            raise self.error("step", f"{self.step!r} is no heading of the lesson.{there}")
        return found

    def _named(self, named: str) -> Scene:
        """The lesson's own scene of this cue."""
        wanted = self._cue(named)
        try:
            check(self.loaded, wanted)
            if isinstance(wanted, Turn):  # a version between two marks has the way of the one before it
                wanted = replace(wanted, since=way_of(self.loaded, wanted).since)
        except NoCue as error:
            key = "step" if "step called" in str(error) else named
            raise self.error(key, f": {error}") from error
        scene = next((one for one in self.derived.scenes if _same(one.cue, wanted)), None)
        if scene is None:
            raise self.error(named, "is not in the lesson.")
        return scene

    def _typed(self, scene: Scene, typed: dict[str, object]) -> Scene:
        """The scene with what the list types in."""
        cue = scene.cue
        if not isinstance(cue, Play | Try | Reckon):
            return scene
        cue = replace(cue, inputs=tuple((dict(cue.inputs) | typed).items()))
        try:
            check(self.loaded, cue)
        except NoCue as error:
            raise self.error("inputs", f": {error}") from error
        if isinstance(cue, Reckon):  # its title has the numbers in it
            return cost_scene(self._part(), cue.number, estimate_of(self.loaded, cue), dict(cue.inputs))
        return replace(scene, cue=cue)

    def _points(self) -> Scene:
        """What begins in bold in the words of a step."""
        part, wanted = self._part(), self.fields["part"]
        known = {one.title: one for one in scenes_of(part) if one.kind == "points"}
        if not known or not isinstance(part.step, Production):
            raise self.error("part", "goes with a step about production, whose paragraphs begin in bold.")
        if wanted not in known:
            raise self.error("part", f"{wanted!r} begins no paragraph of that step.{near(wanted, known)}")
        return known[wanted]

    def _question(self) -> Scene:
        """One of the questions that the seed draws, or one by its id. A lesson need not ask any itself."""
        heading, wanted = QUESTION, self.fields["quiz"]
        if "step" in self.fields:
            part = self._part()
            if not isinstance(part.step, Check):
                raise self.error("quiz", "goes with the step of the lesson that asks the quiz, or with none.")
            heading = part.heading
        try:
            known = self.questions(self.loaded.slug, self.banks)
        except NoQuestions as error:
            raise self.error("quiz", f"cannot be asked. {error}") from error
        if isinstance(wanted, int):
            found = drawn(known, self.derived.seed, lambda one: not choice_fits(one))
            if 0 < wanted <= len(found):
                return choice_scene(heading, found[wanted - 1])
            raise self.error("quiz", f"has no number {wanted}: {len(found)} questions of the bank are drawn.")
        ids = {one.id: one for one in known}
        if wanted not in ids:
            there = near(wanted, ids) if ids else ""
            raise self.error("quiz", f"{wanted!r} is no question here with one right option.{there}")
        return choice_scene(heading, ids[wanted].shuffled(self.derived.seed))

    def _cue(self, named: str) -> Cue:
        fields, step = self.fields, self.step
        match named:
            case "action":
                return Play(step, str(fields["action"]))
            case "race":
                version: Version = "hardened" if fields.get("version") == "hardened" else "naive"
                return Duel(str(fields["race"]), version)
            case "experiment":
                return Try(step, str(fields["experiment"]), str(fields.get("trial", "")))
            case "fact":
                return Measure(step, fields["fact"] - 1)
            case "pair":
                return Look(step, fields["pair"] - 1)
            case "estimate":
                return Reckon(step, fields["estimate"] - 1)
            case "keys":
                return Locate(step, fields["keys"] - 1)
            case "dial":
                return Turn(step, fields["dial"])
        return Answer(step, fields["question"] - 1)


def _same(cue: Cue | None, wanted: Cue) -> bool:
    """Whether both name the same, whatever is typed in."""
    if isinstance(cue, Play) and isinstance(wanted, Play):
        return (cue.step, cue.action) == (wanted.step, wanted.action)
    if isinstance(cue, Try) and isinstance(wanted, Try):
        return (cue.step, cue.experiment, cue.trial) == (wanted.step, wanted.experiment, wanted.trial)
    if isinstance(cue, Reckon) and isinstance(wanted, Reckon):
        return (cue.step, cue.number) == (wanted.step, wanted.number)
    return cue == wanted
