"""fakeredis as the server: for machines on which no Redis runs. Slower a step, the same verdicts.

Its clock is stopped while it works, so that its ids and idle times are the same in every replay.
"""

from __future__ import annotations

import hashlib
import math
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import hiredis
from fakeredis import FakeServer
from fakeredis._socket import FakeSocket
from redis import Redis

from lab.explorer import ambient
from lab.explorer.backend import Job, UnfaithfulReplay, sha1
from lab.explorer.commands import Command
from lab.explorer.virtual_time import EPOCH_MS

__all__ = ["FakeBackend"]

_REAL_MS = 1_790_000_000_000
"""Where its clock stands: later than any virtual delivery, earlier than any virtual deadline."""


class _Socket(FakeSocket):
    """Commands in, replies out, without the protocol in between."""

    def _decode_error(self, error: Any) -> Any:
        return hiredis.ReplyError(error.value)


class FakeLink:
    """A connection to the server in this process."""

    def __init__(self, server: FakeServer) -> None:
        self._socket = _Socket(server, db=0, client_class=Redis)
        assert self._socket.responses is not None
        self._replies = self._socket.responses
        self.ask([(b"HELLO", b"3")])

    def ask(self, commands: Sequence[Command]) -> list[Any]:
        replies = []
        with ambient.real_clock_at(_REAL_MS / 1000):
            for command in commands:
                self._socket._process_command([command[0].lower(), *command[1:]])
                replies.append(_plain(self._replies.get_nowait()))
        return replies

    def post(self, commands: Sequence[Command]) -> None:
        self._posted = self.ask(commands)

    def take(self, count: int) -> list[Any]:
        return self._posted

    def close(self) -> None:
        self._socket.close()


def _plain(reply: Any) -> Any:
    """As hiredis would parse it."""
    if isinstance(reply, list | tuple):
        return [_plain(one) for one in reply]
    if isinstance(reply, dict):
        return {_plain(key): _plain(value) for key, value in reply.items()}
    if isinstance(reply, str):
        return reply.encode()
    return reply


class FakeBackend:
    """The same jobs as a real server, one command after the other."""

    name = "fakeredis"
    databases = 1
    gone = False

    def __init__(self) -> None:
        self._server = FakeServer(version=(8, 2))
        self._link = FakeLink(self._server)
        self.commands_sent = 0
        self.lock = threading.RLock()

    def load(self, script: str) -> str:
        name = sha1(script)
        self._server.script_cache[name.encode()] = script.encode("utf-8", "surrogateescape")
        return name

    def link(self, database: int = 0) -> FakeLink:
        assert database == 0
        return FakeLink(self._server)

    def run(self, jobs: Sequence[Job]) -> list[tuple[list[Any], list[Any] | None]]:
        answers: list[tuple[list[Any], list[Any] | None]] = []
        clean: bytes | None = None
        for job in jobs:
            if clean is None or clean is not job.prefix:
                with self._server.lock:
                    self._server.dbs[0].clear()
                replies = self._link.ask(job.prefix_commands)
                self.commands_sent += len(replies)
                for one, other in zip(job.prefix_replies, replies, strict=True):
                    if repr(one) != repr(other):
                        raise UnfaithfulReplay(f"fakeredis answered {one!r} first and {other!r} now")
            own = self._link.ask(job.commands)
            self.commands_sent += len(own)
            clean = None if job.writes else job.prefix
            answers.append((own, self.digest(()) if job.digest is not None else None))
        return answers

    def digest(self, command: Command) -> list[Any]:
        """As digest.lua: a name for the keyspace, and the deadlines that stand in it."""
        database = self._server.dbs[0]
        content = [(key, database[key].expireat, database[key].value) for key in sorted(database)]
        deadlines = {round(at * 1000) for _, at, _ in content if at is not None}
        for _, _, value in content:
            deadlines.update(_times_in(value))
        return [hashlib.sha1(pickle.dumps(content), usedforsecurity=False).hexdigest().encode(), *deadlines]


def _times_in(value: Any) -> Iterator[int]:
    """Times of the virtual era that pattern code keeps in its data, and the deadlines of fields."""
    if isinstance(value, bytes) and len(value) < 32:
        yield from _times((value,))
    elif type(value).__name__ == "ZSet":
        yield from _times(score for _, score in value.items())
    elif type(value).__name__ == "Hash":
        yield from _times(value.values())
        yield from (int(at) for at in getattr(value, "_expirations", {}).values())


def _times(values: Any) -> Iterator[int]:
    units: tuple[tuple[int, Callable[[float], float]], ...] = (
        (EPOCH_MS // 1000, lambda number: number * 1000),
        (EPOCH_MS, lambda number: number),
        (EPOCH_MS * 1000, lambda number: number / 1000),
    )
    for value in values:
        try:
            number = float(value)
        except (TypeError, ValueError):
            continue
        for start, milliseconds in units:
            if start <= number < start * 1.24:
                yield math.ceil(milliseconds(number))
