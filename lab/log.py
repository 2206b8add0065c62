"""The log that keeps the newest commands, and finds the lines that sent them."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lab.commands import Command, Entry, Source

__all__ = ["Block", "Mark", "TraceLog"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in a log."""

    seq: int
    writes: int
    time: float


@dataclass(frozen=True, slots=True)
class Block:
    """What was sent in one stretch of time."""

    commands: tuple[Command, ...] = ()
    dropped: int = 0
    round_trips: int = 0
    seconds: float = 0.0


class TraceLog:
    """The newest `limit` commands of all actors, in order of sending. Safe to use from many threads."""

    def __init__(self, limit: int = 5_000, root: str | os.PathLike[str] | None = None) -> None:
        if limit < 1:
            raise ValueError("A command log holds at least one command.")
        self.limit = limit
        self._sources = _Sources(os.fspath(root) if root is not None else _project())
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._next = 0
        self._writes = 0
        self._begin = self._now()

    def commands(self) -> tuple[Command, ...]:
        """What is kept, oldest first."""
        return self.since(self._begin).commands

    @property
    def dropped(self) -> int:
        """How many older commands had to make room."""
        with self._lock:
            return self._next - self._begin.seq - len(self._entries)

    def round_trips(self) -> int:
        """How often a client wrote and waited: a pipeline or a MULTI..EXEC sent at once counts as one."""
        with self._lock:
            return self._writes - self._begin.writes

    def clear(self) -> None:
        """Forget everything; the log begins now."""
        with self._lock:
            self._entries.clear()
            self._begin = self._now()

    def mark(self) -> Mark:
        """Now, for `since`."""
        with self._lock:
            return self._now()

    def since(self, mark: Mark) -> Block:
        """What was sent after the mark, with the replies that have come by now."""
        with self._lock:
            first = max(mark.seq, self._begin.seq)
            kept = [entry for entry in self._entries if entry.seq >= first]
            sent, writes = self._next - first, self._writes - max(mark.writes, self._begin.writes)
            seconds = time.perf_counter() - mark.time
        return Block(tuple(entry.command() for entry in kept), sent - len(kept), writes, seconds)

    def add(self, entries: Sequence[Entry], actor: str, *, written: bool = True) -> None:
        """Take in the commands of one write, in order. `written=False`: the server pushed them."""
        source = self._sources.find()
        with self._lock:
            sent = time.perf_counter()
            if written:
                self._writes += 1
            batch = self._writes if len(entries) > 1 else None
            for entry in entries:
                entry.seq, entry.actor, entry.batch, entry.source = self._next, actor, batch, source
                entry.sent, entry.at = sent, sent - self._begin.time
                self._next += 1
                self._entries.append(entry)

    def _now(self) -> Mark:
        return Mark(self._next, self._writes, time.perf_counter())


_guests: list[Path] = []


def add_home(folder: Path) -> None:
    """Lessons are in this folder too: its lines are named like the project's own, from the folder on.

    Where two folders have the same name, the one that was added last counts.
    """
    if folder in _guests:
        _guests.remove(folder)
    _guests.insert(0, folder)


def homes() -> tuple[Path, ...]:
    """The folders with lessons that are not the project's."""
    return tuple(_guests)


def _project() -> str:
    return str(Path(os.path.abspath(__file__)).parent.parent)


class _Sources:
    """Finds the innermost line in patterns/, else in lessons/ or a guest's folder, among the callers."""

    __slots__ = ("_home", "_known", "_lessons", "_patterns", "_root")

    def __init__(self, root: str) -> None:
        self._root = root
        self._patterns = os.path.join(root, "patterns", "")
        self._lessons = os.path.join(root, "lessons", "")
        self._home: dict[str, int] = {}  # file name -> 1 patterns, 2 lessons, 0 elsewhere
        self._known: dict[tuple[str, int, str], Source] = {}

    def find(self) -> Source | None:
        frame: FrameType | None = sys._getframe(2)
        homes = self._home
        lesson: FrameType | None = None
        while frame is not None:
            name = frame.f_code.co_filename
            home = homes.get(name)
            if home is None:
                home = homes[name] = self._home_of(name)
            if home == 1:
                return self._source(name, frame.f_lineno, frame.f_code.co_qualname)
            if home == 2 and lesson is None:
                lesson = frame
            frame = frame.f_back
        if lesson is None:
            return None
        return self._source(lesson.f_code.co_filename, lesson.f_lineno, lesson.f_code.co_qualname)

    def _home_of(self, name: str) -> int:
        if name.startswith(self._patterns):
            return 1
        return 2 if name.startswith(self._lessons) or self._guest(name) else 0

    def _guest(self, name: str) -> Path | None:
        return next((home for home in _guests if name.startswith(os.path.join(home, ""))), None)

    def _source(self, name: str, line: int, function: str) -> Source:
        key = (name, line, function)
        if key not in self._known:
            guest = self._guest(name)
            root = str(guest.parent) if guest else self._root
            path = name[len(os.path.join(root, "")) :].replace(os.sep, "/")
            self._known[key] = Source(path, line, function)
        return self._known[key]
