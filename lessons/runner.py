"""Runs what a lesson can run, as a page would, and keeps what happened as values and as JSON.

The command line and the tests use it; a page runs one action at a time with the learner's inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lessons.inputs import parse_all
from lessons.library import Loaded
from lessons.measure import Told, told
from lessons.model import Action, Burst, Fact, Numbers, Run, Shown, Step
from lessons.working import Dialled, Estimated, Laid, work

if TYPE_CHECKING:
    from lab.backend import Backend
    from lab.bench import Bench, Outcome
    from lab.snapshot import Change
    from lab.trace import Command

__all__ = ["Measured", "Ran", "Result", "actions_of", "as_json", "backend_as_json", "run_lesson"]


@dataclass(frozen=True, slots=True)
class Ran:
    """One action, run: its step, what went in, what came out."""

    heading: str
    action: Action
    inputs: dict[str, object]
    outcome: Outcome[Shown]
    picture: str = ""
    """The step's own picture after the run, in words."""

    @property
    def ok(self) -> bool:
        return self.outcome.failure is None

    @property
    def pictures(self) -> tuple[str, ...]:
        """Everything a page draws of it, in words: its picture or else the step's own, then the others."""
        shown = self.outcome.value
        if shown is None:
            return ()
        first = shown.picture.text if shown.picture else self.picture
        return tuple(text for text in (first, *(further.text for further in shown.more)) if text)


@dataclass(frozen=True, slots=True)
class Measured:
    """One fact of a Numbers step, measured where it can be."""

    heading: str
    fact: Fact
    outcome: Outcome[str] | None

    @property
    def told(self) -> Told | None:
        """What was measured, or why this server cannot; None where it was not tried, or failed."""
        value = self.outcome.value if self.outcome else None
        return None if value is None else told(value)

    @property
    def ok(self) -> bool:
        return self.outcome is None or self.outcome.failure is None


Result = Ran | Measured | Estimated | Laid | Dialled


def actions_of(step: Step) -> tuple[Action, ...]:
    """The buttons of a step."""
    if isinstance(step, Run):
        return step.actions
    return (step.naive, step.hardened) if isinstance(step, Burst) else ()


def run_lesson(loaded: Loaded, bench: Bench) -> Iterator[Result]:
    """Every action of every Run and Burst step, every fact that can be measured, every sum and every way of a
    dial, in the lesson's order.

    The keyspace is empty before each step and stays between the actions of one.
    """
    for step in loaded.lesson.steps:
        bench.reset()
        for action in actions_of(step):
            inputs = parse_all(action.inputs, {})
            outcome = bench.run(action.demo, **inputs)
            drawn = bench.run(step.picture).value if isinstance(step, Run) and step.picture else None
            yield Ran(step.heading, action, inputs, outcome, drawn.text if drawn else "")
        if isinstance(step, Numbers):
            for fact in step.facts:
                measured = bench.run(fact.measure) if fact.measure else None
                yield Measured(step.heading, fact, measured)
        yield from work(step, bench)
    bench.reset()


def as_json(one: Result) -> dict[str, Any]:
    """What happened, as plain data."""
    if isinstance(one, Estimated | Laid | Dialled):
        return one.as_json()
    if isinstance(one, Measured):
        return {
            "step": one.heading,
            "fact": one.fact.says,
            "sources": [asdict(citation) for citation in one.fact.citations],
            "ok": one.ok,
            "measured": one.told.says if one.told and one.told.here else None,
            "not_here": one.told.says if one.told and not one.told.here else None,
            "failure": _failure(one.outcome) if one.outcome else None,
        }
    shown, outcome = one.outcome.value, one.outcome
    return {
        "step": one.heading,
        "action": one.action.label,
        "inputs": one.inputs,
        "ok": one.ok,
        "failure": _failure(outcome),
        "says": shown.says if shown else None,
        "tone": shown.tone if shown else None,
        "counts": [asdict(count) for count in shown.counts] if shown else [],
        "pictures": list(one.pictures),
        "ms": round(outcome.seconds * 1000, 3),
        "round_trips": outcome.round_trips,
        "dropped": outcome.dropped,
        "commands": [_command(command) for command in outcome.commands],
        "keyspace": [_change(change) for change in outcome.changes],
    }


def backend_as_json(backend: Backend) -> dict[str, Any]:
    """Which Redis this was, and where it is not faithful."""
    return {
        "kind": backend.kind,
        "version": backend.version,
        "origin": backend.origin,
        "title": backend.title,
        "unfaithful": list(backend.unfaithful),
    }


def _failure(outcome: Outcome[Any]) -> dict[str, str] | None:
    return {"kind": outcome.failure.kind, "says": outcome.failure.says} if outcome.failure else None


def _command(command: Command) -> dict[str, Any]:
    source = command.source
    return {
        "seq": command.seq,
        "actor": command.actor,
        "command": command.text,
        "name": command.name,
        "reply": command.reply,
        "error": command.error,
        "at_ms": round(command.at * 1000, 3),
        "ms": round(command.seconds * 1000, 3),
        "kind": command.kind,
        "batch": command.batch,
        "script": command.script,
        "source": {"path": source.path, "line": source.line, "function": source.function} if source else None,
    }


def _change(change: Change) -> dict[str, Any]:
    after = change.after
    return {
        "key": change.key,
        "what": change.what,
        "says": change.says,
        "type": after.type if after else None,
        "ttl_ms": after.ttl_ms if after else None,
        "size": after.size if after else None,
    }
