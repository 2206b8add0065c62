"""Invariants: plain functions of a client and the results, asked in lockstep about many worlds at once."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any

from redis import Redis

from lab.explorer.clients import Unsupported
from lab.explorer.connection import connect
from lab.explorer.run import Asked, Finished, Problem, Run
from lab.explorer.scans import scans
from lab.explorer.steps import Refused, Step, text_of
from lab.explorer.worlds import Worlds
from lab.scenario import Invariant

__all__ = ["drive", "evaluate"]

_AT_ONCE = 256
_STEPS, _WRITES = 10_000, 2_000
"""More than any setup or invariant needs that comes to an end. A write replays all that came before it."""


def evaluate(
    worlds: Worlds, invariant: Invariant, cases: Sequence[tuple[int, int, Mapping[str, Any]]], decode: bool
) -> list[str | None]:
    """What is wrong in each case (content, now, results), or None."""
    says: list[str | None] = []
    for start in range(0, len(cases), _AT_ONCE):
        says += _together(worlds, invariant, cases[start : start + _AT_ONCE], decode)
    return says


def _together(
    worlds: Worlds, invariant: Invariant, cases: Sequence[tuple[int, int, Mapping[str, Any]]], decode: bool
) -> list[str | None]:
    says: list[str | None] = [None] * len(cases)
    waiting = []
    for index, (content, now, results) in enumerate(cases):
        run = Run(_question(worlds, invariant, results, decode), "invariant")
        waiting.append((index, run, content, now, run.resume()))
    rounds = 0
    while waiting:
        rounds += 1
        steps: list[Any] = []
        wanted = {}
        for index, run, content, now, asked in waiting:
            if isinstance(asked, Finished):
                says[index] = _sentence(asked)
                continue
            if isinstance(asked, Problem):
                raise Unsupported(f"the invariant {asked.says}")
            step = _step(worlds, asked)
            if rounds > _STEPS:
                raise Unsupported(_endless("the invariant", step))
            key = worlds.key(step, content, now)
            if step.kind == "write" and worlds.known(key) is None:
                wanted[key] = (key, step, now)
            steps.append((index, run, content, now, step, key))
        if wanted:
            worlds.ask(wanted.values())
        waiting = []
        for index, run, content, now, step, key in steps:
            answer: Any = now
            if step.kind == "write":
                effect = worlds.known(key)
                assert effect is not None
                content, answer = effect.content, effect.replies
            waiting.append((index, run, content, now, run.resume(answer)))
    return says


def _question(
    worlds: Worlds, invariant: Invariant, results: Mapping[str, Any], decode: bool
) -> Callable[[Run], str | None]:
    def asked(run: Run) -> str | None:
        says = invariant(connect(run, worlds.scripts, decode, "off"), results)
        if says is not None:
            _refuse_unread("the invariant", says)
        return says

    return asked


def _step(worlds: Worlds, asked: Asked, who: str = "the invariant", lenient: bool = False) -> Any:
    try:
        step = worlds.registry.step(asked, None, lenient, scans(asked.commands))
    except Refused as refused:
        raise Unsupported(f"{who} sends {refused}") from None
    if step.kind not in ("write", "clock", "sleep"):
        raise Unsupported(f"{who} sends {step.kind.upper()}; it may only read and write the keyspace")
    return step


def _endless(who: str, step: Step) -> str:
    waits = "a sleep" if step.kind == "sleep" else "a look at the clock"
    last = text_of(step.commands[-1]) if step.commands else waits
    return f"{who} does not come to an end (the last step was {last}): does it wait for time to pass?"


def _refuse_unread(who: str, value: Any) -> None:
    if inspect.iscoroutine(value):
        value.close()
        raise Unsupported(f"{who} is a coroutine function (async def): its body never ran")
    if isinstance(value, AsyncIterator | Iterator):
        raise Unsupported(f"{who} returns a {type(value).__name__}, and nobody reads it: its body never ran")


def _sentence(finished: Finished) -> str | None:
    if finished.error is None:
        return str(finished.value) if finished.value else None
    if isinstance(finished.error, AssertionError):
        return str(finished.error) or "an assertion of the invariant failed"
    raise finished.error


def drive(
    worlds: Worlds,
    function: Callable[[Redis], Any],
    content: int,
    now: int,
    decode: bool,
    who: str = "the setup",
    lenient: bool = False,
) -> tuple[Any, int, int]:
    """Run a function of a client from this content and time on; its value, and where it leaves both."""
    run = Run(lambda run: function(connect(run, worlds.scripts, decode, "off")), "setup")
    asked = run.resume()
    steps = writes = 0
    while not isinstance(asked, Finished):
        steps += 1
        if isinstance(asked, Problem):
            raise Unsupported(f"{who} {asked.says}")
        step = _step(worlds, asked, who, lenient)
        writes += not step.reads_only
        if steps > _STEPS or writes > _WRITES:
            run.kill()
            raise Unsupported(_endless(who, step))
        if step.kind == "sleep":
            now += step.wait
            content = _expired(worlds, content, now)
        answer: Any = now
        if step.kind == "write":
            effect = worlds.effect(step, content, now)
            content, answer = effect.content, effect.replies
        asked = run.resume(answer)
    if asked.error is not None:
        raise asked.error
    _refuse_unread(who, asked.value)
    return asked.value, content, now


def _expired(worlds: Worlds, content: int, now: int) -> int:
    """The content without what has a deadline before `now`."""
    expiring = worlds.expiring(content, now)
    if expiring is None:
        return content
    worlds.ask([expiring])
    effect = worlds.known(expiring[0])
    assert effect is not None
    return effect.content
