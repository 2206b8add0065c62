"""Time, chance, threads and sockets as a client sees them: its own in a run, the real ones everywhere else.

`install` replaces the functions once for the whole process, also where a module, a closure, a list or a
default argument already holds the original (`from time import sleep`, `def acquire(..., sleep=time.sleep)`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import os
import random
import socket
import sys
import threading
import time
import types
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import redis.retry

from lab.explorer import dates
from lab.explorer.run import Asked, Run, current_run

__all__ = ["install"]

_OURS = ("redis.", "logging", "threading", "queue", "selectors", "concurrent.", "lab.explorer")
_ASYNCIO = "uses asyncio, whose event loop waits on its own; write the client as a plain function"
_machinery: set[Any] = set()
"""Names of modules that have asked and begin with one of these."""
_installed = False
_connecting: set[int] = set()
"""Threads whose runs may open sockets now."""
_stopped: dict[int, float] = {}
"""Thread -> the time at which its real clock stands."""


@contextlib.contextmanager
def real_clock_at(seconds: float) -> Iterator[None]:
    """Stop this thread's real clock: fakeredis dates its data by it."""
    _stopped[threading.get_ident()] = seconds
    try:
        yield
    finally:
        del _stopped[threading.get_ident()]


def _asks_for_itself(depth: int = 2) -> bool:
    """Whether the caller is machinery (redis-py's metrics, logging) and not the client's own code."""
    frame = sys._getframe(depth)
    name = frame.f_globals.get("__name__")
    if name in _machinery:
        return True
    if str(name).startswith(_OURS) and name != "redis.lock":
        _machinery.add(name)
        return True
    # The garbage collector calls its callbacks in the middle of anybody's code; some take the time it needs.
    return any(getattr(callback, "__code__", None) is frame.f_code for callback in gc.callbacks)


def _clock(original: Callable[[], Any], convert: Callable[[int], Any]) -> Callable[[], Any]:
    def clock() -> Any:
        if not _stopped and sys._getframe(1).f_globals.get("__name__") in _machinery:
            return original()  # redis-py asks twice a command
        run = current_run()
        if run is None or run.dead or _asks_for_itself():
            stopped = _stopped.get(threading.get_ident()) if _stopped else None
            return original() if stopped is None else convert(round(stopped * 1000))
        return convert(run.ask(Asked("clock")))

    return clock


def _seconds() -> float | None:
    """The time of the client whose code asked for a date; None where the real clock is meant."""
    run = current_run()
    if run is None or run.dead or _asks_for_itself(3):
        return _stopped.get(threading.get_ident()) if _stopped else None
    return int(run.ask(Asked("clock"))) / 1000


def _inside() -> bool:
    """Whether a client's own code asks, and no machinery in the middle of it."""
    run = current_run()
    return run is not None and not run.dead and not _asks_for_itself(3)


def _sleep(original: Callable[[float], None]) -> Callable[[float], None]:
    def sleep(seconds: float, /) -> None:
        run = current_run()
        if run is None:
            original(seconds)
        elif not _asks_for_itself() and not run.dead:
            if seconds < 0:
                original(seconds)  # raises, as it does for a deadline that has passed
            run.ask(Asked("sleep", wait=round(seconds * 1000)))

    return sleep


def _waiting(original: Callable[..., bool]) -> Callable[..., bool]:
    """Nobody else runs inside a run, so waiting for an event with a time-out is a sleep."""

    def wait(self: threading.Condition, timeout: float | None = None) -> bool:
        run = current_run()
        if run is None or run.dead:
            return original(self, timeout)
        if timeout is None:
            run.refuse("waits for another thread")
        self.release()
        try:
            run.ask(Asked("sleep", wait=max(0, round(timeout * 1000))))
        finally:
            self.acquire()
        return False

    return wait


def _drawn(original: Callable[..., Any], draw: Callable[..., Any]) -> Callable[..., Any]:
    def drawn(*args: Any, **kwargs: Any) -> Any:
        run = current_run()
        return original(*args, **kwargs) if run is None else draw(run, *args, **kwargs)

    return drawn


def _method(name: str) -> Callable[..., Any]:
    def draw(run: Run, *args: Any, **kwargs: Any) -> Any:
        return getattr(run.draws(), name)(*args, **kwargs)

    return draw


def _uuid1(run: Run, *_: Any, **__: Any) -> uuid.UUID:
    return uuid.UUID(int=run.draws().getrandbits(128), version=1)


@contextlib.contextmanager
def own_connections() -> Iterator[None]:
    """Let this thread's runs open sockets: a schedule is run on real clients."""
    _connecting.add(threading.get_ident())
    try:
        yield
    finally:
        _connecting.discard(threading.get_ident())


def _refused(original: Callable[..., Any], says: str) -> Callable[..., Any]:
    def refused(*args: Any, **kwargs: Any) -> Any:
        run = current_run()
        if run is not None:
            if isinstance(args[0], socket.socket):
                if threading.get_ident() in _connecting:
                    return original(*args, **kwargs)
                args[0].close()
            for coroutine in filter(inspect.iscoroutine, args):
                coroutine.close()  # or Python complains that nobody has awaited it
            run.refuse(says)
        return original(*args, **kwargs)

    return refused


def _replacements() -> dict[Any, Callable[..., Any]]:
    """Original -> what stands in for it."""
    found: dict[Any, Callable[..., Any]] = {
        time.time: _clock(time.time, lambda ms: ms / 1000),
        time.time_ns: _clock(time.time_ns, lambda ms: ms * 1_000_000),
        time.monotonic: _clock(time.monotonic, lambda ms: ms / 1000),
        time.monotonic_ns: _clock(time.monotonic_ns, lambda ms: ms * 1_000_000),
        time.perf_counter: _clock(time.perf_counter, lambda ms: ms / 1000),
        time.perf_counter_ns: _clock(time.perf_counter_ns, lambda ms: ms * 1_000_000),
        time.sleep: _sleep(time.sleep),  # noqa: TID251 - replaced, not called
        os.urandom: _drawn(os.urandom, lambda run, size: run.draws().randbytes(size)),
        asyncio.run: _refused(asyncio.run, _ASYNCIO),
        uuid.uuid1: _drawn(uuid.uuid1, _uuid1),  # of C code and the real clock; redis-py's Lock takes one
    }
    hidden = random._inst
    for name in dir(random):
        original = getattr(random, name)
        if getattr(original, "__self__", None) is hidden and callable(original):
            found[original] = _drawn(original, _method(name))
    return found | dates.replacements(_seconds, _inside)


def _seeded(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: random.Random, x: Any = None) -> None:
        run = current_run()
        if x is None and run is not None and not isinstance(self, random.SystemRandom):
            x = run.draws().getrandbits(64)
        original(self, x)

    return __init__


def _replace(found: Sequence[tuple[Any, Callable[..., Any]]]) -> None:
    """Wherever a module, an object, a closure, a list or a default argument holds an original."""
    # So it is no method where it is an attribute of a class, just as the original is none.
    by_identity = {id(original): staticmethod(replacement) for original, replacement in found}
    ours = {id(cell) for _, replacement in found for cell in getattr(replacement, "__closure__", None) or ()}
    tuples, dicts = [], []
    for holder in gc.get_referrers(*(original for original, _ in found)):
        if isinstance(holder, dict):
            dicts.append(holder)
            for key in [key for key, value in holder.items() if id(value) in by_identity]:
                holder[key] = by_identity[id(holder[key])]
        elif isinstance(holder, tuple):
            tuples.append(holder)
        elif isinstance(holder, list):
            holder[:] = [by_identity.get(id(one), one) for one in holder]
        elif isinstance(holder, types.CellType):
            if id(holder) not in ours:
                holder.cell_contents = by_identity[id(holder.cell_contents)]
        elif isinstance(holder, partial):
            changeable: Any = holder
            state = changeable.__reduce__()[2]
            changeable.__setstate__((by_identity.get(id(holder.func), holder.func), *state[1:]))
        elif isinstance(holder, staticmethod):
            staticmethod.__init__(holder, by_identity[id(holder.__func__)])
        elif not isinstance(holder, (type, types.ModuleType)):
            for name in _attributes(holder):
                value = getattr(holder, name, None)
                if id(value) in by_identity:
                    object.__setattr__(holder, name, by_identity[id(value)])
    for function in gc.get_referrers(*tuples):
        if isinstance(function, types.FunctionType) and function.__defaults__ is not None:
            function.__defaults__ = tuple(by_identity.get(id(one), one) for one in function.__defaults__)
    for owner in gc.get_referrers(*dicts):
        if isinstance(owner, type):
            dates.changed(owner)


def _attributes(holder: Any) -> list[str]:
    """Those in its dictionary and those in slots."""
    slots = [vars(kind).get("__slots__", ()) for kind in type(holder).__mro__]
    named = [name for one in slots for name in ((one,) if isinstance(one, str) else one)]
    return [*getattr(holder, "__dict__", ()), *(name for name in named if not name.startswith("__"))]


def install() -> None:
    """Once for the process."""
    global _installed
    if _installed:
        return
    _installed = True
    dates.replace_methods(_seconds)
    _replace([*_replacements().items(), *dates.held_methods()])
    random._urandom = os.urandom  # type: ignore[attr-defined]
    random.Random.__init__ = _seeded(random.Random.__init__)  # type: ignore[method-assign]
    redis.retry.sleep = _no_wait(redis.retry.sleep)  # type: ignore[attr-defined]
    threading.Thread.start = _refused(  # type: ignore[method-assign]
        threading.Thread.start, "starts a thread: its order against the others is out of the explorer's hands"
    )
    threading.Condition.wait = _waiting(threading.Condition.wait)  # type: ignore[method-assign]
    for runner, name in (
        (asyncio.Runner, "__enter__"), (asyncio.Runner, "run"),
        (asyncio.BaseEventLoop, "run_forever"), (asyncio.BaseEventLoop, "run_until_complete"),
    ):  # fmt: skip
        setattr(runner, name, _refused(getattr(runner, name), _ASYNCIO))
    for name in ("connect", "connect_ex"):
        setattr(
            socket.socket, name,
            _refused(getattr(socket.socket, name), "opens a connection of its own beside its client"),
        )  # fmt: skip


def _no_wait(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """redis-py's back-off between retries takes no virtual time."""

    def sleep(seconds: Any) -> None:
        if current_run() is None:
            original(seconds)

    return sleep
