"""Runs the experiments of Fault and Load steps, each trial in a workshop of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lab.chain import find_server
from lab.failures import Failure, failure_of
from lab.workshop import Progress, Stopped, Workshop
from lessons.inputs import parse_all
from lessons.library import Loaded
from lessons.model import Experiment, Fault, Load, Shown, Trial

__all__ = ["Tried", "experiments_of", "run_experiments", "try_trial"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial, run: what went in, what came out."""

    heading: str
    experiment: Experiment
    trial: Trial
    inputs: dict[str, object]
    shown: Shown | None
    failure: Failure | None
    seconds: float
    unavailable: bool = False
    """There is no real server on this machine to break, and `failure` says so. Nothing else is wrong."""

    @property
    def ok(self) -> bool:
        """Whether it came out as it should with the default inputs, or cannot be run here at all."""
        return self.unavailable or (self.shown is not None and self.shown.tone == self.trial.expect)

    def as_json(self) -> dict[str, Any]:
        """As an action of another step, with what was expected beside it."""
        shown = self.shown
        return {
            "step": self.heading,
            "experiment": self.experiment.title,
            "action": self.trial.label,
            "inputs": self.inputs,
            "ok": self.ok,
            "failure": asdict(self.failure) if self.failure else None,
            "unavailable": self.unavailable,
            "watch": self.experiment.watch,
            "says": shown.says if shown else None,
            "tone": shown.tone if shown else None,
            "expect": self.trial.expect,
            "counts": [asdict(count) for count in shown.counts] if shown else [],
            "picture": shown.picture.text if shown and shown.picture else None,
            "more": [picture.text for picture in shown.more] if shown else [],
            "ms": round(self.seconds * 1000, 3),
            "commands": [],
            "keyspace": [],
        }


def experiments_of(loaded: Loaded) -> Iterator[tuple[str, Experiment]]:
    """The experiments of a lesson, each with the heading of its step."""
    for step in loaded.lesson.steps:
        if isinstance(step, Fault | Load):
            for experiment in step.experiments:
                yield step.heading, experiment


def run_experiments(loaded: Loaded) -> Iterator[Tried]:
    """Every trial of every experiment once, with the default inputs, in the lesson's order."""
    for heading, experiment in experiments_of(loaded):
        for trial in experiment.trials:
            yield try_trial(heading, experiment, trial)


def try_trial(
    heading: str,
    experiment: Experiment,
    trial: Trial,
    raw: Mapping[str, object] | None = None,
    report: Callable[[Progress], None] = lambda _: None,
) -> Tried:
    """Run one trial. Whatever goes wrong becomes a sentence; only `Stopped` passes."""
    inputs = parse_all(experiment.inputs, raw or {})
    began = time.perf_counter()
    shown, failure = None, None
    try:
        with Workshop(report) as workshop:
            shown = trial.run(workshop, **inputs)
    except Stopped:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  a learner sees a sentence, not a traceback
        failure = failure_of(error)
    unavailable = shown is None and find_server() is None
    seconds = time.perf_counter() - began
    return Tried(heading, experiment, trial, inputs, shown, failure, seconds, unavailable)
