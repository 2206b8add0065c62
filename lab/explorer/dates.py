"""Dates and the rarer clocks as a client sees them: whatever tells the time without being `time.time`.

`datetime.now` is a method of a type that cannot be assigned to, and a stand-in for the whole type would break
`isinstance` and pickles of the dates that are already there. So its method is replaced in the type's own
dictionary. `date.today` needs nothing: it asks `time.time`.
"""

from __future__ import annotations

import ctypes
import gc
import time
import types
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

__all__ = ["changed", "held_methods", "replace_methods", "replacements"]

Seconds = Callable[[], "float | None"]
"""The caller's virtual time; None where the real clock is to be asked."""

_METHODS = ("now", "utcnow")
_changed: Any = ctypes.pythonapi.PyType_Modified  # looked up here: confined code may not use ctypes


def changed(kind: type) -> None:
    """Its dictionary was changed from outside: what the interpreter remembers of it is stale."""
    _changed(ctypes.py_object(kind))


def replacements(seconds: Seconds, inside: Callable[[], bool]) -> dict[Any, Callable[..., Any]]:
    """Original -> what stands in for it."""
    found: dict[Any, Callable[..., Any]] = {
        time.strftime: _broken_down(time.strftime, 1, time.localtime, seconds),
        time.asctime: _broken_down(time.asctime, 0, time.localtime, seconds),
        time.clock_gettime: _counted(time.clock_gettime, lambda at: at, seconds),
        time.clock_gettime_ns: _counted(
            time.clock_gettime_ns, lambda at: round(at * 1000) * 1_000_000, seconds
        ),
    }
    for reading in (time.localtime, time.gmtime, time.ctime):
        found[reading] = _of_seconds(reading, seconds)
    for working in (time.process_time, time.process_time_ns, time.thread_time, time.thread_time_ns):
        found[working] = _idle(working, inside)
    return found


def _of_seconds(original: Callable[..., Any], seconds: Seconds) -> Callable[..., Any]:
    def read(*args: Any) -> Any:
        at = seconds() if not args or args[0] is None else None
        return original(*args) if at is None else original(at)

    return read


def _broken_down(
    original: Callable[..., Any], place: int, localtime: Callable[..., Any], seconds: Seconds
) -> Callable[..., Any]:
    """The time that is left out stands at this place."""

    def written(*args: Any) -> Any:
        at = seconds() if len(args) == place else None
        return original(*args) if at is None else original(*args, localtime(at))

    return written


def _counted(
    original: Callable[..., Any], convert: Callable[[float], Any], seconds: Seconds
) -> Callable[..., Any]:
    def read(which: int, /) -> Any:
        at = seconds()
        return original(which) if at is None else convert(at)

    return read


def _idle(original: Callable[[], Any], inside: Callable[[], bool]) -> Callable[[], Any]:
    """What a client computes takes no time."""

    def read() -> Any:
        return type(original())(0) if inside() else original()

    return read


def replace_methods(seconds: Seconds) -> None:
    """`datetime.now` and `datetime.utcnow`, also of subclasses."""
    (methods,) = gc.get_referents(datetime.__dict__)
    for name, make in zip(_METHODS, (_now, _utcnow), strict=True):
        methods[name] = classmethod(make(methods[name], seconds))
    changed(datetime)


def _now(original: Any, seconds: Seconds) -> Callable[..., Any]:
    def now(cls: type[datetime], tz: Any = None) -> Any:
        at = seconds()
        return original.__get__(None, cls)(tz) if at is None else cls.fromtimestamp(at, tz)

    return now


def _utcnow(original: Any, seconds: Seconds) -> Callable[..., Any]:
    def utcnow(cls: type[datetime]) -> Any:
        at = seconds()
        if at is None:
            return original.__get__(None, cls)()
        return cls.fromtimestamp(at, UTC).replace(tzinfo=None)

    return utcnow


def held_methods() -> Sequence[tuple[Any, Callable[..., Any]]]:
    """`datetime.now` where somebody holds it already, with the method that is there now."""
    return [
        (method, getattr(datetime, method.__name__))
        for method in gc.get_referrers(datetime)
        if isinstance(method, types.BuiltinMethodType)
        and method.__self__ is datetime
        and method.__name__ in _METHODS
    ]
