"""Locks of Python that clients share: one that is held across a command would keep a run waiting for ever.

The clients of a scenario stand for processes that share nothing but Redis, and their runs take turns in one
thread: nobody will release the lock, and an RLock would even let everybody in.
"""

from __future__ import annotations

import sys
import sysconfig
import threading
import types
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from lab.explorer.run import Run, current_run

__all__ = ["guard"]

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_MOST = 5_000
"""Objects that are looked at: a scenario's own modules, not all that they import."""
_seen: dict[int, Any] = {}
"""Namespaces of modules and classes that have been looked through, by id."""


class _Guarded:
    """A lock as it was, but for a client that finds it taken by another run."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self._owner: Run | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        run = current_run()
        if run is None:
            return bool(self._lock.acquire(blocking, timeout))
        if self._owner is not None and self._owner is not run:
            run.refuse(
                "takes a lock of Python that is held across a command: processes share nothing but Redis"
            )
        if self._owner is run and blocking and timeout < 0 and not hasattr(self._lock, "_is_owned"):
            run.refuse("takes a lock that it holds itself")
        taken = bool(self._lock.acquire(blocking, timeout))
        self._owner = run if taken else self._owner
        return taken

    def release(self) -> None:
        self._lock.release()
        if not self._taken():
            self._owner = None

    def _taken(self) -> bool:
        owned = getattr(self._lock, "_is_owned", None)
        return bool(owned() if owned else self._lock.locked())

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: Any) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


def guard(function: Callable[..., Any]) -> None:
    """Put a guard around every lock that this client reaches by a name, a closure or an object of its own.

    Nobody else's locks are touched: not those of Python, of installed packages or of the lab.
    """
    left: list[Any] = [function]
    looked: set[int] = set()
    while left and len(looked) < _MOST:
        one = left.pop()
        if id(one) in looked:
            continue
        looked.add(id(one))
        for value, put in _held(one):
            if isinstance(value, _LOCKS):
                put(_Guarded(value))
            elif isinstance(value, _CARRIERS) or _is_own(type(value).__module__):
                left.append(value)


@cache
def _is_own(module: str | None) -> bool:
    """Whether a module belongs to whoever wrote the scenario."""
    package = (module or "").partition(".")[0]
    if package in sys.stdlib_module_names or package in ("lab", "ui"):
        return False
    found = sys.modules.get(package)
    file = getattr(found, "__file__", None) or next(iter(getattr(found, "__path__", ())), "")
    return not any(Path(file).is_relative_to(place) for place in _INSTALLED)


_INSTALLED = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
_CARRIERS = (types.FunctionType, types.MethodType, partial, type, dict, list, tuple)
_Put = Callable[[Any], None]


def _held(one: Any) -> Iterator[tuple[Any, _Put]]:
    """What an object holds, and how to put something else in its place."""
    if isinstance(one, types.FunctionType):
        if not _is_own(one.__module__):
            return
        for cell in one.__closure__ or ():
            try:
                yield cell.cell_contents, partial(setattr, cell, "cell_contents")
            except ValueError:  # a name that has no value yet
                continue
        yield from ((value, _nowhere) for value in one.__defaults__ or ())
        yield from _namespace(one.__globals__)
    elif isinstance(one, types.MethodType):
        yield from ((value, _nowhere) for value in (one.__self__, one.__func__))
    elif isinstance(one, partial):
        yield from ((value, _nowhere) for value in (one.func, *one.args, *one.keywords.values()))
    elif isinstance(one, dict):
        yield from ((value, partial(one.__setitem__, key)) for key, value in list(one.items()))
    elif isinstance(one, list):
        yield from ((value, partial(one.__setitem__, place)) for place, value in enumerate(list(one)))
    elif isinstance(one, tuple):
        yield from ((value, _nowhere) for value in one)
    elif isinstance(one, type):
        if _is_own(one.__module__) and id(one) not in _seen:
            _seen[id(one)] = one
            yield from ((value, partial(setattr, one, name)) for name, value in list(vars(one).items()))
    else:
        yield type(one), _nowhere
        for name, value in list(_attributes(one).items()):
            yield value, partial(object.__setattr__, one, name)


def _attributes(one: Any) -> dict[str, Any]:
    """Its own dictionary, without asking its `__getattr__`."""
    try:
        return dict(object.__getattribute__(one, "__dict__"))
    except AttributeError:
        return {}


def _namespace(names: dict[str, Any]) -> Iterator[tuple[Any, _Put]]:
    if id(names) in _seen:
        return
    _seen[id(names)] = names
    for name, value in list(names.items()):
        yield value, partial(names.__setitem__, name)


def _nowhere(_: Any) -> None:
    """It cannot be put there; the watchdog sees whoever waits."""
