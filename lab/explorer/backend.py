"""The server that answers: a private Redis on a unix socket, asked in one write for a level of the graph."""

from __future__ import annotations

import contextlib
import hashlib
import re
import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import hiredis

from lab.explorer.commands import Command

__all__ = ["Backend", "BrokenOff", "Job", "Link", "RedisBackend", "lua", "pack", "wrapped"]

_CHUNK = 1 << 16
_PATIENCE = 20
pack: Callable[[Command], bytes] = hiredis.pack_command  # type: ignore[assignment]


class Job(NamedTuple):
    """From an empty keyspace: replay `prefix`, run `commands`, and perhaps take the digest."""

    prefix: bytes
    prefix_commands: tuple[Command, ...]
    prefix_length: int
    prefix_replies: list[Any]
    commands: list[Command]
    writes: bool
    digest: bytes | None


class Backend(Protocol):
    """Runs jobs. Two backends must give the same verdicts."""

    name: str
    commands_sent: int
    lock: threading.RLock
    databases: int
    """In how many of them `link` may work; the jobs run in the first."""
    gone: bool
    """The server is dead, or answers nobody: of no use to the next exploration."""

    def run(self, jobs: Sequence[Job]) -> list[tuple[list[Any], list[Any] | None]]:
        """Replies to the commands of each job, and its digest."""

    def load(self, script: str) -> str:
        """Make a script of ours, or a client's behind the prelude, known to the server; its sha1."""

    def digest(self, command: Command) -> list[Any]:
        """The digest of the keyspace as it is now; `command` asks a real server for it."""

    def link(self, database: int = 0) -> Link:
        """A fresh connection, for runs that are live."""


class Link(Protocol):
    """A connection that sends commands and reads as many replies, at once or one after the other."""

    def ask(self, commands: Sequence[Command]) -> list[Any]: ...

    def post(self, commands: Sequence[Command]) -> None: ...

    def take(self, count: int) -> list[Any]: ...

    def close(self) -> None: ...


class BrokenOff(Exception):
    """The server closed the connection, or did not answer in time."""

    def __init__(self, error: Exception | None = None) -> None:
        self.late = isinstance(error, TimeoutError)
        super().__init__(
            f"the server gave no answer for {_PATIENCE} s"
            if self.late
            else "the server closed the connection, as it does where a value is larger than it takes"
        )


class UnfaithfulReplay(Exception):
    """The server answered a replayed command in another way than the first time."""


@cache
def lua(name: str) -> str:
    """A script of the explorer."""
    return Path(__file__).with_name(f"{name}.lua").read_text()


@cache
def _prelude() -> str:
    lines = (re.sub(r"(^|\s)--.*", "", line).strip() for line in lua("prelude").splitlines())
    return " ".join(line for line in lines if line) + " "


@cache
def wrapped(script: str) -> str:
    """A client's script behind the prelude, with its own line numbers."""
    shebang, newline, rest = script.partition("\n") if script.startswith("#!") else ("", "", script)
    prelude = _prelude().replace("PUBLISHES", "true" if publishes(script) else "false")
    return f"{shebang}{newline}{prelude}{rest}"


def publishes(script: str) -> bool:
    """Whether a script may publish. One that hides the name of the command is refused when it does."""
    return "publish" in script.lower()


class RawLink:
    """A socket and a parser that speaks RESP3 as redis-py does.

    It waits only where there is nothing to read: Python's own time-out asks the system before each call.
    """

    def __init__(self, path: str, database: int = 0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._reader: Any = hiredis.Reader(notEnoughData=self)
        self._fed = bytearray(_CHUNK * 4)
        with contextlib.ExitStack() as unless_greeted:
            unless_greeted.callback(self.close)
            self._connect(path)
            self.ask([(b"HELLO", b"3"), (b"SELECT", b"%d" % database)])
            unless_greeted.pop_all()

    def _connect(self, path: str) -> None:
        self._socket.settimeout(_PATIENCE)
        try:
            self._socket.connect(path)
        except OSError as error:
            raise BrokenOff(error) from None
        self._socket.setblocking(False)

    def send(self, data: bytes) -> None:
        left: bytes | memoryview = data
        while left:
            try:
                sent = self._socket.send(left)
            except BlockingIOError:
                self._wait(select.POLLOUT)
            except OSError as error:
                raise BrokenOff(error) from None
            else:
                left = memoryview(left)[sent:] if sent < len(left) else b""

    def take(self, count: int) -> list[Any]:
        replies: list[Any] = []
        gets, feed, receive, buffer = self._reader.gets, self._reader.feed, self._socket.recv_into, self._fed
        while len(replies) < count:
            reply = gets()
            if reply is self:
                try:
                    size = receive(buffer)
                except BlockingIOError:
                    self._wait(select.POLLIN)
                    continue
                except OSError as error:
                    raise BrokenOff(error) from None
                if not size:
                    raise BrokenOff
                feed(buffer, 0, size)
                continue
            replies.append(reply)
        return replies

    def _wait(self, what: int) -> None:
        poll = select.poll()
        poll.register(self._socket, what)
        if not poll.poll(_PATIENCE * 1000):
            raise BrokenOff(TimeoutError())

    def post(self, commands: Sequence[Command]) -> None:
        self.send(pack(commands[0]) if len(commands) == 1 else b"".join(map(pack, commands)))

    def ask(self, commands: Sequence[Command]) -> list[Any]:
        self.post(commands)
        return self.take(len(commands))

    def close(self) -> None:
        self._socket.close()


class RedisBackend:
    """A private server process that nobody else talks to."""

    name = "redis"
    databases = 16  # as many as Redis has unless it is told otherwise

    def __init__(self, path: str) -> None:
        self._path = path
        self._link = RawLink(path)
        self._loaded: dict[str, str] = {}
        self.commands_sent = 0
        self.lock = threading.RLock()
        self.gone = False
        self._reset = pack((b"EVALSHA", self.load(lua("reset")).encode(), b"0"))

    def load(self, script: str) -> str:
        sha = self._loaded.get(script)
        if sha is None:
            loading = (b"SCRIPT", b"LOAD", script.encode("utf-8", "surrogateescape"))
            (reply,) = self._again(lambda: self._link.ask([loading]))
            if isinstance(reply, Exception):
                raise SyntaxError(str(reply))
            sha = self._loaded[script] = reply.decode()
        return sha

    def digest(self, command: Command) -> list[Any]:
        (digest,) = self._again(lambda: self._link.ask([command]))
        return list(digest)

    def link(self, database: int = 0) -> Link:
        return RawLink(self._path, database)

    @contextlib.contextmanager
    def _in_step(self) -> Iterator[None]:
        """Replies that nobody has read would answer the next question: whatever breaks in takes the link."""
        try:
            yield
        except BaseException as error:
            self._link.close()
            self.gone = isinstance(error, BrokenOff) and error.late
            try:
                self._link = RawLink(self._path)
            except BrokenOff:
                self.gone = True
            raise

    def run(self, jobs: Sequence[Job]) -> list[tuple[list[Any], list[Any] | None]]:
        return self._again(lambda: self._run(jobs))

    def _again(self, question: Callable[[], list[Any]]) -> list[Any]:
        """The server closes an idle connection when its memory gets scarce: that is worth a second try."""
        try:
            with self._in_step():
                return question()
        except BrokenOff:
            if self.gone:
                raise
        with self._in_step():
            return question()

    def _run(self, jobs: Sequence[Job]) -> list[tuple[list[Any], list[Any] | None]]:
        answers: list[tuple[list[Any], list[Any] | None]] = []
        start = 0
        while start < len(jobs):
            buffer: list[bytes] = []
            size = expected = 0
            shapes: list[bool] = []
            clean: bytes | None = None
            end = start
            while end < len(jobs) and size < _CHUNK:
                job = jobs[end]
                fresh = clean is None or clean is not job.prefix
                if fresh:
                    buffer.append(self._reset)
                    buffer.append(job.prefix)
                    expected += 1 + job.prefix_length
                    size += len(job.prefix) + len(self._reset)
                for command in job.commands:
                    data = pack(command)
                    buffer.append(data)
                    size += len(data)
                expected += len(job.commands)
                if job.digest is not None:
                    buffer.append(job.digest)
                    size += len(job.digest)
                    expected += 1
                clean = None if job.writes else job.prefix
                shapes.append(fresh)
                end += 1
            self._link.send(b"".join(buffer))
            self.commands_sent += expected
            replies = self._link.take(expected)
            at = 0
            for job, fresh in zip(jobs[start:end], shapes, strict=True):
                if fresh:
                    at += 1
                    _compare(job.prefix_replies, replies, at)
                    at += job.prefix_length
                own = replies[at : at + len(job.commands)]
                at += len(job.commands)
                digest = None
                if job.digest is not None:
                    digest = replies[at]
                    at += 1
                    if isinstance(digest, Exception):
                        raise digest
                answers.append((own, digest))
            start = end
        return answers


def _compare(expected: list[Any], replies: list[Any], at: int) -> None:
    for offset, one in enumerate(expected):
        other = replies[at + offset]
        if one != other and repr(one) != repr(other):
            raise UnfaithfulReplay(f"replayed step {offset + 1}: the reply was {one!r}, and now is {other!r}")


def sha1(script: str) -> str:
    """How EVALSHA names a script."""
    return hashlib.sha1(script.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
