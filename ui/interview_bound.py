"""What a claim is bound to: a race or a trial of an experiment, found by its name. No Streamlit here."""

from __future__ import annotations

from dataclasses import dataclass

from lessons import library, racing
from lessons.experimenting import experiments_of
from lessons.library import LessonError
from lessons.model import Experiment, Race, Trial
from lessons.pictures import Tone
from quizzes.interview.model import Bound, Outcome
from ui.race_source import Offer, Setting, offers, setting_of

__all__ = ["BoundRace", "BoundTrial", "Unbound", "of_tone", "of_verdict", "resolve"]


class Unbound(LookupError):
    """A name that leads nowhere, in a sentence."""


@dataclass(frozen=True, slots=True)
class BoundRace:
    """A version of a race, as the race lab sets it at first."""

    race: Race
    offer: Offer
    setting: Setting


@dataclass(frozen=True, slots=True)
class BoundTrial:
    """A trial of an experiment of a lesson."""

    lesson: str
    experiment: Experiment
    trial: Trial


def resolve(bound: Bound) -> BoundRace | BoundTrial:
    """Find what is to be run. Unbound if there is no such thing any more."""
    lesson, _, name = (bound.race or bound.experiment or "").partition("/")
    try:
        return _race(lesson, name, bound) if bound.race else _trial(lesson, name, bound)
    except LessonError as error:
        raise Unbound(f"This cannot be run now. {error.says}") from error


def of_verdict(status: str) -> Outcome | None:
    """What a verdict is for a claim. A search that was stopped by a limit decides nothing."""
    verdicts: dict[str, Outcome] = {"proved": "holds", "violated": "breaks"}
    return verdicts.get(status)


def of_tone(tone: Tone) -> Outcome | None:
    """What the tone of a trial is for a claim."""
    tones: dict[Tone, Outcome] = {"good": "holds", "warn": "price", "bad": "breaks"}
    return tones.get(tone)


def _race(lesson: str, name: str, bound: Bound) -> BoundRace:
    race = racing.named(lesson, name)
    offer = next(one for one in offers(lesson) if one.title == race.heading)
    return BoundRace(race, offer, setting_of(offer, {"v": bound.version or "naive"}))


def _trial(lesson: str, name: str, bound: Bound) -> BoundTrial:
    experiments = [one for _, one in experiments_of(library.load(lesson))]
    experiment = next((one for one in experiments if one.slug == name), None)
    if experiment is None:
        there = ", ".join(one.slug for one in experiments) or "none"
        raise Unbound(f"The lesson {lesson} has no experiment {name!r}. It has {there}.")
    trial = next((one for one in experiment.trials if one.label == bound.trial), None)
    if trial is None:
        there = ", ".join(repr(one.label) for one in experiment.trials)
        raise Unbound(f"The experiment {name!r} has no trial {bound.trial!r}. It has {there}.")
    return BoundTrial(lesson, experiment, trial)
