"""A proxy between a client and a server, which loses, delays, holds and cuts what passes, on demand.

    with Proxy(server.socket) as proxy:
        client = proxy.spec().client()
        proxy.drop_reply("INCRBY")        # the server counts, and the client is never told

The client comes to a socket of the same kind as the server's. Everything runs in one thread; a method that
changes something has changed it for every connection when it returns. Whatever is held is delivered when it
may pass again, as TCP would do after a short partition.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

from redis.connection import Connection, UnixDomainSocketConnection

from lab._links import End, Line, Link, Rule, Then
from lab.backend import TIME_OUT, ConnectionSpec
from lab.errors import LabError
from lab.guardian import guardian

__all__ = ["Address", "Match", "Proxy", "Then"]

Address = str | tuple[str, int]
"""A path of a Unix socket, or host and port."""
Match = str | re.Pattern[bytes]
"""Which request: the name of a command as it is sent ("INCRBY"), or a pattern of its bytes on the wire."""

BACKLOG = 128  # clients that may knock before the next is let in
PATIENCE = 5.0  # seconds for the thread to do what it was told

_numbers = itertools.count(1)


class Proxy:
    """Stands before `target`. Use it as a context (or `start` and `stop` it); it begins by passing all."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.address: Address = ""
        self.line = Line()
        self.rules: list[Rule] = []
        self._fired = threading.Semaphore(0)
        self.links: set[Link] = set()
        self.ends: set[End] = set()  # those that have a transport
        self._door: socket.socket | None = None  # where clients knock, while it listens
        self._coming: set[asyncio.Task[Any]] = set()  # those who are being let in
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()

    # -- life ----------------------------------------------------------------------------------------------

    def start(self) -> Proxy:
        """Listen, and return when clients may come."""
        if isinstance(self.target, str):
            self.address = str(guardian().folder / f"p{next(_numbers)}.sock")
        else:
            self.address = ("127.0.0.1", 0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._do(self._listen)
        return self

    def stop(self) -> None:
        """Cut every connection and listen no longer. May be called twice, and from any thread."""
        with self._lock:
            loop, thread = self._loop, self._thread
            if loop is None or thread is None:
                return
            self._do(self._shut)
            self._loop = self._thread = None
            loop.call_soon_threadsafe(loop.stop)
            thread.join(PATIENCE)
            loop.close()

    def __enter__(self) -> Proxy:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def spec(self, db: int = 0) -> ConnectionSpec:
        """How clients reach the server through it."""
        patience = {"db": db, "socket_timeout": TIME_OUT, "socket_connect_timeout": TIME_OUT}
        if isinstance(self.address, str):
            return ConnectionSpec(UnixDomainSocketConnection, {"path": self.address, **patience})
        host, port = self.address
        return ConnectionSpec(Connection, {"host": host, "port": port, **patience})

    @property
    def connections(self) -> int:
        """How many clients are connected now."""
        return int(self._do(self._count))

    # -- how everything passes -----------------------------------------------------------------------------

    def heal(self) -> None:
        """Pass everything at once, deliver what was held, listen again, forget what was to be lost."""
        self._rules_are([])
        self._line_is(Line())
        self._do(self._listen)

    def hang(self) -> None:
        """Half-open: connections stay, new ones are taken, and nothing passes either way."""
        self._line_is(Line(up=False, down=False))

    def partition(self, *, to_server: bool = False, to_client: bool = False) -> None:
        """Hold one direction, or both; what is held is delivered on `heal`."""
        self._line_is(Line(up=not to_server, down=not to_client))

    def latency(self, seconds: float, jitter: float = 0.0) -> None:
        """Each request reaches the server this much later, and up to `jitter` more by chance."""
        self._line_is(Line(delay=seconds, jitter=jitter))

    def slow_drain(self, bytes_per_second: float) -> None:
        """Replies trickle back at this rate on each connection.

        A time-out of redis-py starts again with every byte, so it does not end such a wait.
        """
        self._line_is(Line(rate=bytes_per_second))

    def reset(self) -> None:
        """Cut every connection now; new ones are welcome."""
        self._do(self._cut)

    def refuse(self) -> None:
        """Cut every connection and listen no longer: clients are refused until `heal`."""
        self._do(self._shut)

    # -- what is done to one request -----------------------------------------------------------------------

    def drop_reply(self, match: Match, nth: int = 1, then: Then = "reset") -> None:
        """The nth request that matches is executed, and its reply is lost, with all that comes behind it.

        redis-py sends INCRBY for `incr()` and DECRBY for `decr()`.
        """
        self._add(Rule("drop_reply", _pattern(match), nth, then))

    def drop_request(self, match: Match, nth: int = 1, then: Then = "reset") -> None:
        """The nth request that matches never reaches the server."""
        self._add(Rule("drop_request", _pattern(match), nth, then))

    def reset_on(self, match: Match, nth: int = 1) -> None:
        """Hand the nth matching request on and cut the client off at once: it may be executed or not."""
        self._add(Rule("reset", _pattern(match), nth, "reset"))

    def fired(self, timeout: float = PATIENCE) -> bool:
        """Wait until one such thing has happened; false if it has not in time."""
        return self._fired.acquire(timeout=timeout)

    # -- in the thread -------------------------------------------------------------------------------------

    def _do(self, what: Callable[[], Any]) -> Any:
        """Have it done in the proxy's thread; a coroutine is run to its end."""

        async def run() -> Any:
            done = what()
            return await done if asyncio.iscoroutine(done) else done

        with self._lock:
            if self._loop is None:
                raise LabError("refused", "The proxy has been stopped.")
            return asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

    def _listen(self) -> None:
        """Not by asyncio's own server: closed while it lets somebody in, it leaves that connection open."""
        if self._door:
            return
        door = socket.socket(socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET)
        if not isinstance(self.address, str):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(self.address)
        door.listen(BACKLOG)
        door.setblocking(False)
        if not isinstance(self.address, str):
            self.address = door.getsockname()[:2]
        self._door = door
        asyncio.get_running_loop().add_reader(door, self._let_in)

    def _let_in(self) -> None:
        assert self._door is not None
        with contextlib.suppress(OSError):  # it went away again, or there are too many
            one, _ = self._door.accept()
            one.setblocking(False)
            loop = asyncio.get_running_loop()
            coming = loop.create_task(loop.connect_accepted_socket(lambda: Link(self).client, one))
            self._coming.add(coming)
            coming.add_done_callback(self._coming.discard)

    async def _shut(self) -> None:
        if self._door:
            asyncio.get_running_loop().remove_reader(self._door)
            self._door.close()
            self._door = None
            if isinstance(self.address, str):
                with contextlib.suppress(OSError):
                    os.unlink(self.address)
        # Who was let in just before is on its way here in a task; a transport goes a round after its abort.
        while self.ends or len(asyncio.all_tasks()) > 1:
            for link in self.links | {end.link for end in self.ends}:
                link.cut()
            await asyncio.sleep(0)

    def note_fired(self) -> None:
        """A rule has been carried out."""
        self._fired.release()

    def _cut(self) -> None:
        for link in list(self.links):
            link.cut()

    def _count(self) -> int:
        return len(self.links)

    def _line_is(self, line: Line) -> None:
        def change() -> None:
            self.line = line
            for link in list(self.links):
                link.client.pump()
                link.server.pump()

        self._do(change)

    def _rules_are(self, rules: list[Rule]) -> None:
        def change() -> None:
            self.rules = rules

        self._do(change)

    def _add(self, rule: Rule) -> None:
        self._do(lambda: self.rules.append(rule))

    def rule_for(self, data: bytes, new_from: int) -> tuple[Rule, int] | None:
        """The rule whose turn has come within this data, and where its request begins."""
        for rule in self.rules:
            for found in rule.match.finditer(data):
                if found.end() <= new_from:
                    continue
                rule.left -= 1
                if rule.left == 0:
                    self.rules.remove(rule)
                    return rule, found.start()
        return None


def _pattern(match: Match) -> re.Pattern[bytes]:
    """A command's name as the first word of a request on the wire, in any case."""
    if isinstance(match, re.Pattern):
        return match
    name = match.encode()
    return re.compile(rb"\*\d+\r\n\$%d\r\n%s\r\n" % (len(name), re.escape(name)), re.IGNORECASE)
