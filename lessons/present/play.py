"""Runs a scene's cue, from the same state each time: an empty keyspace, the clock set right, chance seeded,
and the earlier scenes of its step run again unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from lab.chance import seeded
from lab.failures import Failure, failure_of
from lab.workshop import Workshop
from lessons.dial import try_way
from lessons.library import Loaded
from lessons.model import Shown
from lessons.present.cues import action_of, estimate_of, experiment_of, fact_of, parsed, way_of
from lessons.present.moments import from_now
from lessons.present.scenes import Cue, Deck, Measure, Play, Reckon, Try, Turn

if TYPE_CHECKING:
    from lab.bench import Bench, Outcome

__all__ = ["Tried", "difference", "play", "try_out"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one trial of an experiment came to."""

    shown: Shown | None
    failure: Failure | None


def play(deck: Deck, position: int, loaded: Loaded, bench: Bench) -> Outcome[Any]:
    """Run the action or measurement. Two calls send the same commands, but for crowds and the clock."""
    bench.close()  # a new connection draws a name for itself
    bench.reset()
    with seeded(deck.seed):
        for earlier in deck.before(position):
            bench.run(_demo(loaded, earlier))
        return bench.run(_demo(loaded, deck.scenes[position].cue))


def _demo(loaded: Loaded, cue: Cue | None) -> Callable[[Bench], Any]:
    """What the cue runs on a bench."""
    match cue:
        case Play():
            action = action_of(loaded, cue)
            return partial(action.demo, **parsed(action.inputs, dict(cue.inputs)))
        case Measure() if measure := fact_of(loaded, cue).measure:
            return measure
        case Reckon():
            return estimate_of(loaded, cue).measure
        case Turn():
            return partial(try_way, way=way_of(loaded, cue))
    raise TypeError(f"{cue} runs nothing on a bench.")


def try_out(loaded: Loaded, cue: Try, seed: int) -> Tried:
    """Run one trial on servers of its own, which end with it."""
    experiment, trial = experiment_of(loaded, cue)
    with Workshop() as workshop, seeded(seed):
        try:
            return Tried(trial.run(workshop, **parsed(experiment.inputs, dict(cue.inputs))), None)
        except Exception as error:  # noqa: BLE001  a room sees a sentence, not a traceback
            return Tried(None, failure_of(error))


def difference(one: Outcome[Any], two: Outcome[Any]) -> str:
    """Where the logs of two runs part, in a sentence; empty if they say the same but for the clock."""
    first, second = (
        [(command.actor, from_now(command.text, outcome.before.at)) for command in outcome.commands]
        for outcome in (one, two)
    )
    for number, (was, now) in enumerate(zip(first, second, strict=False), 1):
        if was != now:
            return f"command {number} was {_parting(was[1], now[1])}, and is {_parting(now[1], was[1])}"
    if len(first) != len(second):
        return f"there were {len(first)} commands, and there are {len(second)}"
    return ""


def _parting(text: str, other: str) -> str:
    """The command's name and the piece of it in which the two differ."""
    same = next((at for at, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]), 0)
    begin = max(same - 12, 0)
    return f"{text.split(' ', 1)[0]} …{text[begin : begin + 40]}…"
