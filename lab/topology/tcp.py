"""A server on a port of 127.0.0.1, which is where other servers can find it; and waiting for what it says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from redis.connection import Connection

from lab.backend import ConnectionSpec
from lab.chain import find_server
from lab.errors import LabError
from lab.guardian import Process, guardian
from lab.server import LIMITS, MEMORY

__all__ = ["HOST", "PATIENCE", "TIME_OUT", "TcpServer", "free_port", "start_tcp", "text_of", "wait_until"]

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds until the servers must agree; a cluster takes a little over two
LOOK_AGAIN = 0.02  # seconds
TIME_OUT = 5.0  # seconds for every socket, unless the caller says otherwise
TRIES = 3  # a free port may be taken between the look and the start


@dataclass(frozen=True, slots=True)
class TcpServer:
    """A running server of our own on a port of 127.0.0.1."""

    port: int
    process: Process

    @property
    def pid(self) -> int:
        return self.process.pid

    def spec(self) -> ConnectionSpec:
        """How clients reach it."""
        return ConnectionSpec(
            Connection,
            {"host": HOST, "port": self.port, "socket_timeout": TIME_OUT, "socket_connect_timeout": TIME_OUT},
        )

    def client(self, **changes: Any) -> Redis:
        """A client of this server alone that returns text and never retries; close it."""
        return self.spec().client(**{"decode_responses": True, **changes})

    def signal(self, number: int) -> None:
        """Send a signal: SIGSTOP hangs the server, SIGCONT lets it go on."""
        self.process.signal(number)

    def kill(self) -> None:
        """kill -9, and wait until the process and its folder are gone."""
        self.process.kill()


def start_tcp(
    options: Mapping[str, str] | None = None, *, config: Callable[[int], Path] | None = None
) -> TcpServer:
    """Start a server with a port of its own; LabError where this machine has none or it does not start.

    `options` change its settings, `_` stands for `-`. `config` makes it a sentinel: it is given the port and
    returns the file that the sentinel reads first and writes to later.
    """
    candidate = find_server()
    if candidate is None:
        raise LabError("no_server", "No Redis server runs on this machine; `python -m lab doctor` says why.")
    changed = {name.replace("_", "-"): value for name, value in (options or {}).items()}
    limits = {} if config else {name: value for name, value in LIMITS.items() if "unixsocket" not in name}
    for left in reversed(range(TRIES)):
        port = free_port()
        first = [candidate.path, *([str(config(port)), "--sentinel"] if config else [])]
        settings = {**limits, "bind": HOST, "port": str(port), **changed}

        def command(folder: Path, first: list[str] = first, settings: dict[str, str] = settings) -> list[str]:
            words = [*first, "--dir", str(folder)]
            for option, value in settings.items():
                words += [f"--{option}", *(value.split() or [""])]
            return words

        try:
            return TcpServer(port, guardian().start(command, memory=MEMORY))
        except LabError:
            if not left:
                raise
    raise AssertionError("unreachable")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        port: int = door.getsockname()[1]
        return port


def wait_until(
    true: Callable[[], bool],
    what: str,
    *,
    check: Callable[[], object] = lambda: None,
    patience: float | None = None,
) -> None:
    """Return as soon as it is true. LabError "`what` within ... seconds" if it never is.

    `check` is called at each look and may raise, as `Workshop.check` does when the learner stops it.
    """
    patience = PATIENCE if patience is None else patience
    deadline, pause = time.monotonic() + patience, threading.Event()
    while not true():
        check()
        if time.monotonic() > deadline:
            raise LabError("no_server", f"{what} within {patience:g} seconds.")
        pause.wait(LOOK_AGAIN)


def text_of(reply: object) -> str:
    """What INFO-like commands say, however the client has parsed it."""
    if isinstance(reply, dict):
        return "\n".join(f"{name}:{value}" for name, value in reply.items())
    return str(reply)
