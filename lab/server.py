"""Private Redis servers: one process per learner, on a Unix socket, fenced by limits."""

from __future__ import annotations

import contextlib
import functools
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from redis.connection import UnixDomainSocketConnection

from lab import chain
from lab.backend import TIME_OUT, ConnectionSpec
from lab.chain import Candidate, find_servers
from lab.errors import LabError
from lab.guardian import Guardian, Process, guardian

__all__ = ["LabError", "PrivateServer", "find_servers", "start_private_server", "start_server"]

SOCKET = "r.sock"
DATABASES = 64  # one for each lesson and some to spare; an empty one costs nothing to speak of
MEMORY = 1 << 30  # address space: a runaway query dies at 1 GiB, not at the machine's last byte
LIMITS = {
    "port": "0",
    "unixsocket": SOCKET,
    "unixsocketperm": "700",
    "daemonize": "no",
    "databases": str(DATABASES),
    "save": "",
    "appendonly": "no",
    "maxmemory": "64mb",
    "maxmemory-policy": "noeviction",
    "maxmemory-clients": "16mb",
    "maxclients": "256",
    "timeout": "900",
    "proto-max-bulk-len": "8mb",
    "client-query-buffer-limit": "16mb",
    "client-output-buffer-limit": "normal 32mb 16mb 5 pubsub 8mb 4mb 5 replica 64mb 32mb 10",
    "busy-reply-threshold": "500",
    "slowlog-log-slower-than": "2000",
    "latency-monitor-threshold": "50",
    "enable-debug-command": "local",
    "enable-module-command": "no",
    "enable-protected-configs": "no",
}


class PrivateServer:
    """A running server process of our own."""

    def __init__(self, candidate: Candidate, process: Process, data: Path | None = None) -> None:
        self.candidate = candidate
        self.process = process
        self.pid = process.pid
        self.folder = str(data or process.folder)
        self.socket = str((data or process.folder) / SOCKET)

    def alive(self) -> bool:
        """Whether it still takes connections. A server that hangs is alive; see `answers`."""
        if self.process.ended is not None:
            return False
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            try:
                door.connect(self.socket)
            except BlockingIOError:
                return True  # many are waiting at the door, so it is there
            except OSError:
                return False
        return True

    def answers(self, patience: float = 3.0, now: Callable[[], float] = time.monotonic) -> bool:
        """Whether it replies to PING in time. BUSY with a script, it has that long to come back."""
        deadline = now() + patience
        while (left := deadline - now()) > 0:
            reply = self._ping(left)
            if reply.startswith(b"-BUSY"):
                self.process.wait(min(0.05, left))
                continue
            return reply.startswith((b"+PONG", b"-LOADING", b"-ERR max number of clients"))
        return False

    def how_it_ended(self) -> str:
        """'signal 9', once it has ended."""
        self.process.wait(1.0)
        return self.process.ended.says if self.process.ended else "it takes no connections"

    def signal(self, number: signal.Signals) -> None:
        """Send a signal: SIGSTOP hangs the server, SIGCONT lets it go on."""
        self.process.signal(number)

    def kill(self) -> None:
        """kill -9, and wait until the process and its folder are gone."""
        self.process.kill()

    stop = kill  # nothing is kept, so there is nothing to say goodbye to

    def spec(self, db: int = 0) -> ConnectionSpec:
        """How clients reach it."""
        return ConnectionSpec(
            UnixDomainSocketConnection,
            {"path": self.socket, "db": db, "socket_timeout": TIME_OUT, "socket_connect_timeout": TIME_OUT},
        )

    def _ping(self, timeout: float) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(timeout)
                door.connect(self.socket)
                door.sendall(b"PING\r\n")
                return door.recv(64)
        except OSError:
            return b""


def start_server(
    guard: Guardian | None = None,
    *,
    options: Mapping[str, str] | None = None,
    data: Path | None = None,
    begun: Callable[[Process], object] = lambda _: None,
) -> PrivateServer | None:
    """Start a server with the first program that starts; None where only fakeredis is left.

    `options` change its settings: {"appendonly": "yes"}; `_` stands for `-`. With `data`, a folder of the
    caller's, its files and its socket are there and stay when it ends: the next one finds both. `begun` is
    told of the process before it is ready. Raises LabError if there are programs that passed their trial but
    none of them starts.
    """
    changed = {**(options or {}), **({"dir": str(data)} if data else {})}
    try:
        return _start_first(guard or guardian(), changed, data, begun)
    except LabError:
        chain.forget()  # what was remembered may be out of date: try everything again
        return _start_first(guard or guardian(), changed, data, begun)


def _start_first(
    guard: Guardian, options: Mapping[str, str], data: Path | None, begun: Callable[[Process], object]
) -> PrivateServer | None:
    failed: LabError | None = None
    for candidate in chain.candidates():
        if candidate.usable:
            try:
                argv = functools.partial(command, candidate, options=options)
                return PrivateServer(candidate, guard.start(argv, memory=MEMORY, begun=begun), data)
            except LabError as error:
                failed = failed or error
    if failed:
        raise failed
    return None


def command(candidate: Candidate, folder: Path, options: Mapping[str, str] | None = None) -> list[str]:
    """The whole command line of a private server."""
    words = [candidate.path]
    changed = {name.replace("_", "-"): value for name, value in (options or {}).items()}
    for option, value in {"dir": str(folder), **LIMITS, **changed}.items():
        words += [f"--{option}", *(value.split() or [""])]
    for module in candidate.loaded:
        words += ["--loadmodule", module.path, *module.args]
    return words


@contextlib.contextmanager
def start_private_server(**options: str) -> Iterator[PrivateServer]:
    """A server for the length of a block; LabError if this machine has none."""
    server = start_server(options=options)
    if server is None:
        raise LabError("no_server", "No Redis server runs on this machine; `python -m lab doctor` says why.")
    try:
        yield server
    finally:
        server.kill()
