"""One run of a client: unmodified redis-py code in a greenlet that stops where it would touch the world."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any, NamedTuple, NoReturn

from greenlet import GreenletExit, getcurrent, greenlet
from redis.exceptions import ConnectionError as RedisConnectionError

__all__ = [
    "Asked",
    "Finished",
    "Interrupted",
    "Problem",
    "Run",
    "begun",
    "current_run",
    "ended_if_given_up",
    "greenlets_kept",
]

_STUBBORN = 10
_parked: list[greenlet] = []
"""Greenlets of clients that catch their own end for ever: nobody resumes them, and none may be freed."""


_under_way: dict[int, list[Run]] = {}
"""Thread -> the clients' runs of its exploration."""


class Interrupted(KeyboardInterrupt):
    """Somebody has pressed Ctrl-C, which is not the client's exception."""


class Asked(NamedTuple):  # quicker to make and to compare than a dataclass: there is one for every step
    """The client waits for the world: a write on a connection, the clock, a sleep, a message."""

    kind: str
    commands: tuple[tuple[bytes, ...], ...] = ()
    connection: int = 0
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The client has returned or raised."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """The client did something that cannot be explored."""

    says: str


class Run:
    """A client from its first line on, resumed with one outcome after the other."""

    __slots__ = (
        "_greenlet",
        "_seed",
        "_work",
        "caught",
        "closed",
        "connections",
        "dead",
        "drew",
        "finished",
        "problem",
        "random",
        "resumed",
        "thread",
    )

    def __init__(self, work: Callable[[Run], Any], seed: str) -> None:
        self._seed = seed
        self.connections = 0
        self.closed: list[int] = []
        self.dead = False
        self.drew = False
        self.caught = 0
        """How often the client has been told to end."""
        self.problem: str | None = None
        self.resumed = 0
        self.random: random.Random | None = None
        self.thread = threading.get_ident()
        self.finished: Finished | None = None
        self._work = work
        self._greenlet: RunGreenlet | None = None

    def resume(self, outcome: Any = None) -> Asked | Finished | Problem:
        """On to the next thing the client asks for."""
        self.resumed += 1
        if self._greenlet is None:
            self._greenlet = _carrying(self)
        asked: Asked | Finished | Problem = self._greenlet.switch(outcome)
        if self.problem:
            return Problem(self.problem)
        return asked if self.finished is None else self.finished

    def ask(self, asked: Asked) -> Any:
        """Called by the client's side: stop here until the world has answered."""
        if self.dead:
            self._swallow()
        here = getcurrent()
        if here is not self._greenlet:
            self.refuse("sends commands from a thread or greenlet of its own")
        hub = here.parent
        assert hub is not None
        try:
            return hub.switch(asked)
        except GreenletExit:  # killed, or forgotten by everybody: its `finally` must send nothing any more
            self.dead = True
            raise

    def refuse(self, says: str) -> NoReturn:
        """Called by the client's side: give up this exploration."""
        if self.problem is None:
            self.problem = says
        self.dead = True
        self._end(says)

    def draws(self) -> random.Random:
        """The client's own random numbers, the same in every run."""
        if self.random is None:
            self.random = random.Random.__new__(random.Random)
            self.random.seed(self._seed)
            self.drew = True
        return self.random

    def kill(self) -> None:
        """End the run where it stands; commands that its `finally` sends go nowhere."""
        self.dead = True
        while self._greenlet is not None and self.caught <= _STUBBORN:
            self.caught += 1
            self._greenlet.throw(GreenletExit)

    def work(self) -> None:
        """Called by its greenlet: the client from its first line to its end."""
        try:
            self.finished = Finished(value=self._work(self))
        except GreenletExit:
            self.finished = Finished(error=None)
        except Interrupted:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever pattern code raises is its result
            self.finished = Finished(error=error)
        finally:
            self._greenlet = None

    def frame(self) -> FrameType | None:
        """Where the client stands."""
        return self._greenlet.gr_frame if self._greenlet is not None else None

    def _swallow(self) -> NoReturn:
        if getcurrent() is self._greenlet:
            self._end("this client has crashed")
        raise RedisConnectionError("this client has crashed")  # a __del__ that runs anywhere

    def _end(self, says: str) -> NoReturn:
        """Unwind the client; one that catches even this (`except:` in a loop) is left where it stands."""
        self.caught += 1
        if self.caught > _STUBBORN and getcurrent() is self._greenlet:
            _parked.append(self._greenlet)
            while True:
                with contextlib.suppress(GreenletExit):
                    assert self._greenlet.parent is not None
                    self._greenlet.parent.switch(Finished())
        raise GreenletExit(says)


class RunGreenlet(greenlet):
    """Carries its run, so that patched functions know who calls; when that has ended, perhaps another."""

    def __init__(self) -> None:
        super().__init__()
        self.owner: Run | None = None

    def run(self, _: Any = None) -> None:
        while (run := self.owner) is not None:
            run.work()
            self.owner = run = None
            idle = _idle.get(threading.get_ident())
            if idle is not None and self.parent is not None:
                idle.append(self)
                self.parent.switch()


_idle: dict[int, list[RunGreenlet]] = {}
"""Thread -> its greenlets that carry no run, where they are kept."""


@contextlib.contextmanager
def greenlets_kept() -> Iterator[None]:
    """Until the block ends, greenlets of this thread carry one run after the other.

    A greenlet's stack is memory fetched from the system at its start, and given back at its end.
    """
    thread = threading.get_ident()
    if thread in _idle:
        yield
        return
    idle = _idle[thread] = []
    try:
        yield
    finally:
        del _idle[thread]
        for one in idle:
            one.switch()


def _carrying(run: Run) -> RunGreenlet:
    """A greenlet that carries this run, with nothing left of those before."""
    assert run.finished is None
    idle = _idle.get(threading.get_ident())
    found = idle.pop() if idle else RunGreenlet()
    if found.dead:  # Ctrl-C has ended it where it waited
        return _carrying(run)
    found.owner, found.parent, found.gr_context = run, getcurrent(), None
    return found


def begun(run: Run) -> Run:
    """A run that must not outlive an exploration that is given up."""
    if (runs := _under_way.get(run.thread)) is not None:
        runs.append(run)
    return run


@contextlib.contextmanager
def ended_if_given_up() -> Iterator[None]:
    """After an exception no client that `begun` names stands in the middle of its work, with a lock held."""
    thread = threading.get_ident()
    before = _under_way.get(thread)
    runs = _under_way[thread] = []
    try:
        yield
    except BaseException:
        for run in runs:
            run.kill()
        raise
    finally:
        if before is None:
            del _under_way[thread]
        else:
            before += runs
            _under_way[thread] = before


def current_run() -> Run | None:
    """The run whose code is executing now, if any."""
    try:
        running = getcurrent()
    except RuntimeError:  # the garbage collector is taking a run to pieces: nobody's code executes
        return None
    return running.owner if type(running) is RunGreenlet else None
