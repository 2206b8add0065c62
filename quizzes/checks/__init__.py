"""What a claim says that commands cannot: one module a subject, functions `(bench, **arguments) -> value`.

A question names one as "slots:of" with its arguments, and the value it must give. A check answers with what
it finds, never with "true": the question says what is expected, so no check can agree with everything.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable
from typing import Any

from redis import RedisError

from lab.bench import Bench
from lab.failures import failure_of
from quizzes.replies import agrees, plain, shown

__all__ = ["NoCheck", "found", "gives", "in_words", "named"]


class NoCheck(LookupError):
    """There is no such check, or it takes other arguments; the message says which there are."""


def named(name: str) -> Callable[..., Any]:
    """The function of "module:function"."""
    module_name, _, function_name = name.partition(":")
    full = f"{__name__}.{module_name}"
    if importlib.util.find_spec(full) is None:
        raise NoCheck(f"there is no module quizzes/checks/{module_name}.py")
    module = importlib.import_module(full)
    names = list(module.__all__)
    if function_name not in names:
        raise NoCheck(f"quizzes/checks/{module_name}.py has no {function_name!r}; it has {', '.join(names)}")
    function: Callable[..., Any] = getattr(module, function_name)
    return function


def found(bench: Bench, name: str, arguments: dict[str, Any]) -> Any:
    """What the check gives on an empty keyspace. NoCheck: it cannot be called like this."""
    function = named(name)
    try:
        inspect.signature(function).bind(bench, **arguments)
    except TypeError as error:
        takes = ", ".join(list(inspect.signature(function).parameters)[1:])
        raise NoCheck(f"{name} takes {takes}: {error}") from None
    bench.reset()
    try:
        return function(bench, **arguments)
    except RedisError as error:
        raise NoCheck(f"{name} cannot run with these arguments: {failure_of(error).says}") from error


def gives(expected: Any, value: Any) -> bool:
    """Whether a check gave this. A text is an expectation ("100..112"), anything else must be the same."""
    if isinstance(expected, str):
        return agrees(expected, plain(value))
    return bool(plain(expected) == plain(value))


def in_words(name: str, arguments: dict[str, Any], value: Any) -> str:
    """What was found, for a learner: "2**53 / 10**10 is 900719.925474099"."""
    told = str(value) if isinstance(value, bool) else shown(plain(value))
    match name.split(":"):
        case ["arithmetic", _]:
            return f"`{arguments['expression']}` is **{told}**."
        case ["slots", "distinct"]:
            return f"{_listed(arguments['keys'])} lie in **{told}** slot{'' if value == 1 else 's'}."
        case ["slots", _]:
            return f"The slots of {_listed(arguments['keys'])} are **{told}**."
        case ["code", which]:
            made = arguments["of"].partition(":")[2]
            calls = ", ".join(f"`{_call(call)}`" for call in arguments["calls"])
            verb = "returns" if which == "last" else "sends"
            return f"`{made}({_texts(arguments.get('make', ()))})`: {calls}. The last one {verb} **{told}**."
        case _:
            given = "; ".join(f"{one} {shown(plain(what))}" for one, what in arguments.items())
            return f"`{name}` of {given} gives **{told}**."


def _listed(keys: list[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _call(call: list[Any]) -> str:
    if not isinstance(call[0], str):
        return f"{call[0]} s pass"
    return f"{call[0]}({_texts(call[1:])})"


def _texts(values: Any) -> str:
    """Arguments; what an earlier call returned is called so."""
    ordinal = {"$1": "the first", "$2": "the second", "$3": "the third"}
    return ", ".join(ordinal.get(str(one), repr(one)) for one in values)
