"""What a cue names, found in its lesson. `NoCue` says what there is in the place of what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from lessons.dial import VERSIONS, Dial, Way
from lessons.inputs import Input, InputErrors, parse_all
from lessons.library import Loaded
from lessons.model import (
    Action,
    Ask,
    Compare,
    Cost,
    Estimate,
    Experiment,
    Fact,
    Keys,
    Numbers,
    Pair,
    Production,
    Race,
    Scale,
    Step,
    Trial,
)  # fmt: skip
from lessons.present.cost import numbers_of
from lessons.present.derive import races_of
from lessons.present.scenes import (
    Answer,
    Choose,
    Cue,
    Duel,
    Locate,
    Look,
    Measure,
    Play,
    Reckon,
    Try,
    Turn,
)  # fmt: skip
from lessons.runner import actions_of
from lessons.words import Question

__all__ = [
    "NoCue", "action_of", "answer_of", "check", "dial_of", "estimate_of", "experiment_of", "fact_of",
    "keys_of", "pair_of", "parsed", "race_of", "way_of",
]  # fmt: skip

T = TypeVar("T")


class NoCue(LookupError):
    """A cue names something that the lesson does not have; the message says what there is."""


def action_of(loaded: Loaded, cue: Play) -> Action:
    """The action of a Run or Burst step."""
    step = _step(loaded, cue.step)
    known = {action.label: action for action in actions_of(step)}
    return _named(known, cue.action, f"action of the step {cue.step!r}")


def experiment_of(loaded: Loaded, cue: Try) -> tuple[Experiment, Trial]:
    """The experiment and its trial."""
    step = _step(loaded, cue.step)
    experiments: tuple[Experiment, ...] = getattr(step, "experiments", ())
    known = {one.slug: one for one in experiments}
    experiment = _named(known, cue.experiment, f"experiment of the step {cue.step!r}")
    return experiment, _named({one.label: one for one in experiment.trials}, cue.trial, "trial of it")


def race_of(loaded: Loaded, cue: Duel) -> Race:
    """The race of the lesson."""
    known = {one.slug: one for one in races_of(loaded.slug)}
    return _named(known, cue.race, f"race of the lesson {loaded.slug!r}")


def fact_of(loaded: Loaded, cue: Measure) -> Fact:
    step = _step(loaded, cue.step)
    return _numbered(step.facts if isinstance(step, Numbers) else (), cue.number, "fact", cue.step)


def pair_of(loaded: Loaded, cue: Look) -> Pair:
    step = _step(loaded, cue.step)
    return _numbered(step.pairs if isinstance(step, Compare) else (), cue.number, "pair", cue.step)


def answer_of(loaded: Loaded, cue: Answer) -> Question:
    part = next((one for one in loaded.parts if one.heading == cue.step), None)
    questions = part.questions if part and isinstance(part.step, Ask) else ()
    _step(loaded, cue.step)
    return _numbered(questions, cue.number, "question", cue.step)


def estimate_of(loaded: Loaded, cue: Reckon) -> Estimate:
    """The estimate of a Cost step."""
    step = _step(loaded, cue.step)
    known = step.estimates if isinstance(step, Cost) else ()
    return _numbered(known, cue.number, "estimate", cue.step)


def keys_of(loaded: Loaded, cue: Locate) -> Keys:
    """The group of keys of a Scale step."""
    step = _step(loaded, cue.step)
    return _numbered(step.keys if isinstance(step, Scale) else (), cue.number, "group of keys", cue.step)


def dial_of(loaded: Loaded, cue: Turn) -> Dial:
    """The version dial of a Production step."""
    step = _step(loaded, cue.step)
    if not isinstance(step, Production):
        raise NoCue(f"the step {cue.step!r} has no version dial.")
    return step.dial


def way_of(loaded: Loaded, cue: Turn) -> Way:
    """The way that the dial recommends on that version."""
    dial = dial_of(loaded, cue)
    if cue.since not in VERSIONS:
        raise NoCue(f"the dial has no version {cue.since!r}. There is: {', '.join(VERSIONS)}.")
    return dial.at(cue.since)


def check(loaded: Loaded, cue: Cue | None) -> None:
    """`NoCue` if the lesson has nothing of that name, or refuses what would be typed in."""
    match cue:
        case Play():
            parsed(action_of(loaded, cue).inputs, dict(cue.inputs))
        case Try():
            parsed(experiment_of(loaded, cue)[0].inputs, dict(cue.inputs))
        case Duel():
            race_of(loaded, cue)
        case Measure():
            fact_of(loaded, cue)
        case Look():
            pair_of(loaded, cue)
        case Answer():
            answer_of(loaded, cue)
        case Reckon():
            parsed(numbers_of(estimate_of(loaded, cue)), dict(cue.inputs))
        case Locate():
            keys_of(loaded, cue)
        case Turn():
            way_of(loaded, cue)
        case Choose() | None:  # a question is in its cue
            pass


def _step(loaded: Loaded, heading: str) -> Step:
    return _named({step.heading: step for step in loaded.lesson.steps}, heading, "step")


def _named(known: Mapping[str, T], name: str, what: str) -> T:
    if name not in known:
        there = "; ".join(known) or "none"
        raise NoCue(f"there is no {what} called {name!r}. There is: {there}.")
    return known[name]


def _numbered(known: tuple[T, ...], number: int, what: str, step: str) -> T:
    if not 0 <= number < len(known):
        raise NoCue(f"the step {step!r} has no {what} {number + 1}; it has {len(known)}.")
    return known[number]


def parsed(inputs: tuple[Input, ...], typed: dict[str, object]) -> dict[str, object]:
    """What is typed in, checked; `NoCue` says what is wrong with it."""
    try:
        return parse_all(inputs, typed)
    except InputErrors as error:
        raise NoCue(str(error)) from error
