"""Where contests are held: one server on a loopback port, and a client of it for each contestant.

Everybody talks TCP to 127.0.0.1 with TCP_NODELAY, as services do: some peers know no Unix sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from redis import Redis

from lab.backend import Backend
from lab.backends import private_backend
from lab.chain import find_server
from lab.errors import LabError
from lab.guardian import guardian
from lab.server import PrivateServer, command
from lab.topology import HOST, free_port

T = TypeVar("T")

TIME_OUT = 5.0  # seconds, for all: redis-py's own
MEMORY = 2 << 30
ROOM = {"maxmemory": "768mb", "maxmemory-clients": "0", "maxclients": "2000", "bind": HOST}


class NotDone(Exception):
    """The job was not done: what is measured would be the speed of a failure."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a server has done so far."""

    reads: float
    commands: float
    cpu_us: float

    def __sub__(self, before: Usage) -> Usage:
        # The question itself is one read and one command.
        return Usage(
            self.reads - before.reads - 1, self.commands - before.commands - 1, self.cpu_us - before.cpu_us
        )

    def __truediv__(self, count: int) -> Usage:
        return Usage(self.reads / count, self.commands / count, self.cpu_us / count)


class Place:
    """One contest's way to the server. What it opened is closed, and the keyspace emptied, by `close`."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.host, self.port = host, port
        self.url = f"redis://{host}:{port}/0"
        self.ids = map(str, itertools.count(1))
        self._ending = contextlib.ExitStack()
        self._loop = asyncio.new_event_loop()
        self._ending.callback(self._loop.close)
        self._admin = self.client()

    def client(self, kind: type[Redis] = Redis, **options: Any) -> Any:
        """A redis-py client, or one of a class made from it. It answers with text unless told otherwise."""
        chosen = {"decode_responses": True, "socket_timeout": TIME_OUT, **options}
        made = kind(host=self.host, port=self.port, **chosen)
        self._ending.callback(made.close)
        return made

    def new(self) -> str:
        """A name that no one has had before."""
        return next(self.ids)

    def at_end(self, ending: Callable[[], object]) -> None:
        self._ending.callback(ending)

    def wait_for(self, work: Awaitable[T]) -> T:
        """Run something asynchronous on the contest's event loop."""
        return self._loop.run_until_complete(work)

    def repeat(self, once: Callable[[], Awaitable[object]]) -> Callable[[int], None]:
        """A batch of asynchronous calls, one after the other in one run of the loop."""

        async def all_of(count: int) -> None:
            for _ in range(count):
                if not await once():
                    raise NotDone

        return lambda count: self.wait_for(all_of(count))

    def usage(self) -> Usage:
        """What the server has done. A small pipeline is one read, so reads are round trips."""
        info = self._admin.info("stats", "cpu")
        cpu = info["used_cpu_user"] + info["used_cpu_sys"]
        return Usage(info["total_reads_processed"], info["total_commands_processed"], cpu * 1e6)

    def close(self) -> None:
        self._admin.flushall()
        self._ending.close()


@contextlib.contextmanager
def start_server() -> Iterator[tuple[int, Backend]]:
    """A server for the length of a block: its port, and what it can do."""
    candidate = find_server()
    if candidate is None:
        raise LabError("no_server", "No Redis server runs on this machine; `python -m lab doctor` says why.")
    port = free_port()

    def words(folder: Path) -> list[str]:
        options = ROOM | {"port": str(port)}
        return command(candidate, folder) + [
            word for name in options for word in (f"--{name}", options[name])
        ]

    server = PrivateServer(candidate, guardian().start(words, memory=MEMORY))
    try:
        yield port, private_backend(server)
    finally:
        server.kill()
