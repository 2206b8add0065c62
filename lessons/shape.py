"""Whether a lesson is made of the values that `lessons.model` asks for.

Python does not ask: a comma that is missing behind the only action of a step would take down the page that
draws it. The course's own lessons are told by the type checker, those of an instructor's folder by this.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lab.bench import Bench
from lab.probe import TRIALS
from lessons.inputs import parse_all
from lessons.model import Action, Burst, Lesson, Race, Run, Shown

__all__ = ["misshapen", "misshapen_races", "misshapen_shown"]

_NAMES = ("heading", "label", "title", "name", "says")
"""Fields by which a person finds a value in the file, the first that it has."""
_CAPABILITIES = tuple(trial.name for trial in TRIALS)
_SAID = {
    str: "a text", int: "a whole number", float: "a number", bool: "True or False", NoneType: "None",
    dict: "a dict", list: "a list", set: "a set",
}  # fmt: skip


def misshapen(lesson: Lesson) -> str:
    """The first thing that is wrong with a lesson, and where; empty if nothing is."""
    return next(_of_lesson(lesson), "")


def misshapen_races(races: object) -> str:
    """The same of what a `races.py` calls RACES."""
    return next(_of_races(races), "")


def misshapen_shown(shown: object) -> str:
    """The same of what a demo has returned."""
    if not isinstance(shown, Shown):
        return f'it returns {_said(shown)}. End it with return Shown("What happened.").'
    return next(_wrong(shown, Shown, "what it returns"), "")


def _of_lesson(lesson: Lesson) -> Iterator[str]:
    yield from _wrong(lesson, Lesson, "LESSON")
    for heading, count in Counter(step.heading for step in lesson.steps).items():
        if count > 1:
            yield f"{count} steps have the heading {heading!r}. Give each its own."
    for need in lesson.needs:
        if need not in _CAPABILITIES:
            yield f"LESSON: needs names {need!r}, which no server has. There is: {', '.join(_CAPABILITIES)}."
    for step in lesson.steps:
        actions = step.actions if isinstance(step, Run) else ()
        if isinstance(step, Burst):
            actions = (step.naive, step.hardened)
        for label, count in Counter(action.label for action in actions).items():
            if count > 1:
                yield f"{_place(step)}: {count} actions are called {label!r}. Give each its own label."
        for action in actions:
            yield from _of_action(action, f"{_place(step)}, {_place(action)}")


def _of_action(action: Action, where: str) -> Iterator[str]:
    """Whether its inputs can be typed as they stand, and its demo takes them."""
    try:
        values = parse_all(action.inputs, {})
    except ValueError as error:
        yield f"{where}: the default of an input cannot be used. {error}"
        return
    try:
        inspect.signature(action.demo).bind(None, **values)
    except TypeError as error:
        name = getattr(action.demo, "__name__", "the demo")
        asked = "".join(f", {one}" for one in values)
        yield f"{where}: {name} is called as {name}(bench{asked}), and that does not fit: {error}."
    except ValueError:
        pass  # what is written in C may have no signature


def _of_races(races: object) -> Iterator[str]:
    yield from _wrong(races, tuple[Race, ...], "RACES")
    assert isinstance(races, tuple)
    for slug, count in Counter(race.slug for race in races).items():
        if count > 1 or not slug:
            yield f"{count} races are called {slug!r} in an address. Give each a heading of its own."
    for race in races:
        if not race.naive or not race.hardened:
            yield f"{_place(race)}: naive and hardened each name the code to show, (buy,) at least."
        elif not 1 <= race.clients <= race.most_clients:
            yield f"{_place(race)}: it begins with {race.clients} clients and allows {race.most_clients}."


def _wrong(value: object, wanted: Any, where: str) -> Iterator[str]:
    """What is wrong with a value where this type is wanted."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        yield from _wrong_choice(value, arguments, where)
    elif origin is tuple:
        yield from _wrong_tuple(value, arguments, where)
    elif origin is Literal:
        if value not in arguments:
            yield f"{where} is {value!r}. There is: {', '.join(map(repr, arguments))}."
    elif origin is not None and origin.__module__ == "collections.abc":
        if not (callable(value) if origin is Callable else isinstance(value, origin)):
            meant = "the function itself, without calling it" if origin is Callable else origin.__name__
            yield f"{where} is {_said(value)}, and should be {meant}."
    elif isinstance(wanted, type):
        if not _fits(value, wanted):
            yield f"{where} is {_said(value)}, and should be {_named(wanted)}."
        elif is_dataclass(wanted):
            yield from _wrong_fields(value, where)


def _wrong_fields(value: Any, where: str) -> Iterator[str]:
    hints = _hints(value.__class__)
    inner = "" if where == "LESSON" else f"{where}, "
    for field in fields(value):
        held = getattr(value, field.name)
        around = where if where == "LESSON" else f"{inner}{_place(value)}".rstrip(", ")
        yield from _wrong(held, hints[field.name], f"{around}: {field.name}")


def _wrong_choice(value: object, choices: tuple[Any, ...], where: str) -> Iterator[str]:
    for one in choices:
        if isinstance(one, type) and type(value) is one:
            yield from _wrong(value, one, where)
            return
    if all(next(_wrong(value, one, where), "") for one in choices):
        meant = [_named(one) for one in choices if one is not NoneType]
        either = f"{', '.join(meant[:-1])} or {meant[-1]}" if meant[1:] else meant[0]
        yield f"{where} is {_said(value)}, and should be {either}."


def _wrong_tuple(value: object, kinds: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield (
            f"{where} is {_said(value)}, and should be one or more in round brackets, with a comma behind "
            "each: (x,)."
        )
        return
    each = [kinds[0]] * len(value) if kinds[1:] == (...,) else list(kinds)
    if len(each) != len(value):
        yield f"{where} has {len(value)} in its brackets, and should have {len(each)}."
    for number, (held, kind) in enumerate(zip(value, each, strict=False), 1):
        yield from _wrong(held, kind, f"{where}, number {number}" if not is_dataclass(held) else where)


def _fits(value: object, wanted: type) -> bool:
    if wanted in (int, float):
        return isinstance(value, (int, float) if wanted is float else int) and not isinstance(value, bool)
    return wanted is object or isinstance(value, wanted)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, localns={"Bench": Bench})


def _place(value: object) -> str:
    """ "Run 'Sell, and watch the stock'" """
    for name in _NAMES:
        if isinstance(held := getattr(value, name, None), str):
            return f"{type(value).__name__} {held!r}"
    return type(value).__name__


def _said(value: object) -> str:
    if isinstance(value, str | int | float) or value is None:
        return repr(value)[:60]
    kind = type(value)
    return _SAID.get(kind) or f"{_article(kind.__name__)} {kind.__name__}"


def _named(kind: Any) -> str:
    known = _SAID.get(kind)
    name = getattr(kind, "__name__", str(kind))
    return known or f"{_article(name)} {name}"


def _article(name: str) -> str:
    return "an" if name[:1] in "AEIOUaeiou" else "a"
