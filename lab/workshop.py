"""Where things are broken on purpose: the servers, proxies and threads of one experiment, which end with it.

An experiment is a function `run(workshop, /, **inputs)`. It starts what it needs through the workshop, says
how far it is, and may be stopped from any thread at any moment: then everything is ended at once, and the
next thing it asks of the workshop raises `Stopped`.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar

from lab.errors import LabError
from lab.guardian import guardian
from lab.server import PrivateServer, start_server

__all__ = ["Progress", "Stopped", "Workshop"]

T = TypeVar("T")


class _Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closable)
_numbers = itertools.count(1)


class Stopped(Exception):
    """The learner has stopped the experiment, or is gone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment is, from 0 to 1, and what it does or waits for now."""

    share: float
    says: str


class Workshop:
    """Everything one experiment has started. Use it as a context: leaving it ends it all."""

    def __init__(self, report: Callable[[Progress], None] = lambda _: None) -> None:
        self._report = report
        self._stopped = threading.Event()
        self._ending = contextlib.ExitStack()
        self._leaving = contextlib.ExitStack()
        self._lock = threading.RLock()

    def server(self, data: Path | None = None, /, **options: str) -> PrivateServer:
        """A server of the experiment's own; `appendonly="yes"` and the like change its settings.

        With a folder from `data()` its files outlive it, and the next server in that folder has the same
        address. LabError where this machine has no Redis server.
        """
        self.check()
        server = start_server(options=options, data=data, begun=lambda process: self.at_end(process.kill))
        if server is None:
            raise LabError("no_server", "This needs a real Redis server; `python -m lab doctor` says why.")
        return server

    def data(self) -> Path:
        """A folder for the files of a server that is to be started again; it goes with the workshop."""
        self.check()
        folder = guardian().folder / f"d{next(_numbers)}"
        folder.mkdir(mode=0o700)
        self.at_end(lambda: shutil.rmtree(folder, ignore_errors=True))
        return folder

    def enter(self, context: contextlib.AbstractContextManager[T]) -> T:
        """Enter a context that ends with the workshop."""
        self.check()
        found = context.__enter__()
        self.at_end(lambda: context.__exit__(None, None, None))
        return found

    def closing(self, client: C) -> C:
        """A client that is closed when the experiment is left.

        Not when it is stopped: that comes from another thread, and redis-py's clients are not made to be
        closed under one that uses them. The end of its server wakes a client that waits.
        """
        self._leaving.callback(client.close)
        return client

    def at_end(self, end: Callable[[], object]) -> None:
        """Have this called when the workshop ends, last come first; at once if it has ended already."""
        with self._lock:
            if not self._stopped.is_set():
                self._ending.callback(end)
                return
        end()

    def progress(self, share: float, says: str) -> None:
        """Say how far it is. `Stopped` if it is to go no further."""
        self.check()
        self._report(Progress(share, says))

    def wait(self, seconds: float) -> None:
        """Let time pass; `Stopped` as soon as it is stopped."""
        self._stopped.wait(seconds)
        self.check()

    def check(self) -> None:
        """`Stopped` if it has been stopped."""
        if self._stopped.is_set():
            raise Stopped

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """End everything now, from any thread. Clients that wait get an error."""
        with self._lock:
            self._stopped.set()
            ending, self._ending = self._ending, contextlib.ExitStack()
        ending.close()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped = self.stopped
        self.stop()
        self._leaving.close()
        # Whatever goes wrong once everything has been ended is the stop's doing.
        if stopped and isinstance(error, Exception) and not isinstance(error, Stopped):
            raise Stopped from error
