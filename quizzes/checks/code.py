"""What the code of the patterns really does and sends: calls of the naive and the hardened version."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from typing import Any

from lab.bench import Bench
from lab.trace import Mark

__all__ = ["commands", "last"]


def last(bench: Bench, of: str, calls: list[list[Any]], make: Sequence[Any] = ()) -> Any:
    """What the last call returns. `of`: "leaderboard.hardened:Leaderboard", made with `make`, then called.

    A call is a list of method and arguments; one that begins with a number moves time on by so many seconds;
    "$1" is what the first call returned. An exception is given as "error ValueError: ...".
    """
    return _played(bench, of, calls, make)


def commands(bench: Bench, of: str, calls: list[list[Any]], make: Sequence[Any] = ()) -> list[str]:
    """The names of the commands that the last call sends; all scripts are known to the server already."""
    _played(bench, of, calls, make)
    bench.reset()
    marks: list[Mark] = []
    _played(bench, of, calls, make, before_last=lambda: marks.append(bench.log.mark()))
    return [command.name for command in bench.log.since(marks[0]).commands]


def _played(
    bench: Bench,
    of: str,
    calls: list[list[Any]],
    make: Sequence[Any],
    before_last: Callable[[], object] = lambda: None,
) -> Any:
    module, _, name = of.partition(":")
    thing = getattr(importlib.import_module(f"patterns.{module}"), name)(bench.client(), *make)
    returned: list[Any] = []
    for number, (method, *arguments) in enumerate(calls, 1):
        if not isinstance(method, str):
            bench.fast_forward(float(method))
            returned.append(None)
            continue
        given = [
            returned[int(one[1:]) - 1]
            if isinstance(one, str) and one[:1] == "$" and one[1:].isdigit()
            else one
            for one in arguments
        ]
        if number == len(calls):
            before_last()
        try:
            returned.append(getattr(thing, method)(*given))
        except Exception as error:  # noqa: BLE001  how it fails is what a question may ask
            returned.append(f"error {type(error).__name__}: {error}")
    return _data(returned[-1]) if returned else None


def _data(value: Any) -> Any:
    """Without classes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [_data(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        return [_data(one) for one in value]
    return value
