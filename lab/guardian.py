"""The app's side of the guardian: starts it once, gives orders, hears when a server ends.

`lab.guardian_process` says why a process of its own starts the servers. It ends when the app ends. If it is
killed itself its servers go too, `alive` turns false, and the next call of `guardian()` starts a new one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.errors import LabError

__all__ = ["Ended", "Guardian", "Process", "guardian"]

PROGRAM = Path(__file__).with_name("guardian_process.py")
LONGEST_SOCKET_PATH = 103  # bytes that fit into sun_path on macOS; Linux has four more
FOLDER_AND_SOCKET = len("/keyspace-run-0123456789/s123456/r.sock")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a server process ended, and the last lines it logged."""

    signal: int | None
    code: int | None
    log: tuple[str, ...] = ()
    with_guardian: bool = False

    @property
    def says(self) -> str:
        if self.with_guardian:
            return "the process that guards the servers was killed"
        return f"signal {self.signal}" if self.signal else f"exit status {self.code}"


class Process:
    """A server process that the guardian started."""

    def __init__(self, guardian: Guardian, ident: int) -> None:
        self.pid = 0
        self.ended: Ended | None = None
        self.folder = guardian.folder / f"s{ident}"
        self._guardian, self._ident = guardian, ident
        self._settled = threading.Event()  # ready, or ended
        self._over = threading.Event()
        self._signalled = threading.Semaphore(0)

    def signal(self, number: int) -> None:
        """Send a signal and wait until it is sent. A process that has ended is left alone."""
        if self.ended is None:
            self._guardian.order({"do": "signal", "id": self._ident, "signal": int(number)})
            self._signalled.acquire(timeout=1.0)

    def kill(self, timeout: float = 5.0) -> bool:
        """End it at once and wait until it and its folder are gone; false if that took too long."""
        self.signal(signal.SIGKILL)
        return self.wait(timeout)

    def wait(self, timeout: float) -> bool:
        return self._over.wait(timeout)

    def wait_until_ready(self, timeout: float) -> bool:
        return self._settled.wait(timeout) and self.ended is None

    def hear(self, event: Mapping[str, Any]) -> None:
        if event["is"] == "signalled":
            self._signalled.release()
        elif event["is"] == "ready":
            self.pid = event["pid"]
            self._settled.set()
        else:
            self.end(Ended(event["signal"], event["code"], tuple(event["log"])))

    def end(self, how: Ended) -> None:
        self.ended = self.ended or how
        self._settled.set()
        self._over.set()
        self._signalled.release()


class Guardian:
    """One guardian process. Safe to use from any thread."""

    def __init__(self, temp: str | None = None) -> None:
        self._app = os.getpid()
        self._lock = threading.Lock()
        self._processes: dict[int, Process] = {}
        self._started = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), str(self._app), temp or temp_folder()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name != "REDIS_URL"},
            start_new_session=True,  # Ctrl+C in the terminal goes to the app alone
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._events = self._process.stdin, self._process.stdout
        self.pid = self._process.pid
        try:
            self.folder = Path(json.loads(self._events.readline())["folder"])
        except ValueError:
            self._process.kill()
            self._process.wait()
            raise LabError(
                "no_server", "The process that guards the servers did not start; the terminal shows why."
            ) from None
        self.alive = True
        self._reader = threading.Thread(target=self._listen, name="guardian", daemon=True)
        self._reader.start()

    def start(
        self,
        argv: Callable[[Path], Sequence[str]],
        *,
        env: Mapping[str, str] | None = None,
        memory: int | None = None,
        timeout: float = 10.0,
        begun: Callable[[Process], object] = lambda _: None,
    ) -> Process:
        """Start a server in a folder of its own and wait until it accepts connections.

        `argv` gets the folder, which exists by the time the program runs. `begun` is told of the process at
        once, so that it can be ended while it starts. Raises LabError if it ends first.
        """
        with self._lock:
            self._started += 1
            ident = self._started
            process = self._processes[ident] = Process(self, ident)
        command = [str(word) for word in argv(process.folder)]
        self.order(
            {"do": "start", "id": ident, "argv": command, "env": dict(env or {}), "memory": memory},
        )
        begun(process)
        if process.wait_until_ready(timeout):
            return process
        if process.ended is None:
            process.kill()
            raise LabError("no_server", f"{command[0]} was not ready after {timeout:g} seconds.")
        last = process.ended.log[-1] if process.ended.log else "It logged nothing."
        raise LabError("no_server", f"{command[0]} ended as it started ({process.ended.says}). {last}")

    def order(self, order: Mapping[str, Any]) -> None:
        """Write one order. If the guardian is gone, its processes hear so instead."""
        data = json.dumps(order).encode() + b"\n"
        try:
            with self._lock:
                self._orders.write(data)
                self._orders.flush()
        except (OSError, ValueError):  # broken pipe, or closed
            self._lost()

    def close(self) -> None:
        """End all servers and the guardian, and wait for that."""
        if os.getpid() != self._app:  # a fork of the app: the guardian is not ours
            return
        with contextlib.suppress(OSError), self._lock:
            self._orders.close()
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5.0)

    def _listen(self) -> None:
        for line in self._events:
            event = json.loads(line)
            with self._lock:
                process = self._processes.get(event["id"])
                if event["is"] == "ended":
                    del self._processes[event["id"]]
            if process:
                process.hear(event)
        self._events.close()
        self._process.wait()
        self._lost()

    def _lost(self) -> None:
        self.alive = False
        with self._lock:
            processes = list(self._processes.values())
            self._processes.clear()
        for process in processes:
            if process.pid and sys.platform != "linux":  # Linux has killed it already
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            process.end(Ended(None, None, with_guardian=True))
        shutil.rmtree(self.folder, ignore_errors=True)


def temp_folder() -> str:
    """The temporary folder, or /tmp where the path of a socket in it would be too long."""
    temp = tempfile.gettempdir()
    return temp if len(os.fsencode(temp)) + FOLDER_AND_SOCKET <= LONGEST_SOCKET_PATH else "/tmp"


_guardian: Guardian | None = None
_guardian_of = 0
_guardian_lock = threading.Lock()


def guardian() -> Guardian:
    """The guardian of this process, started or started again if need be."""
    global _guardian, _guardian_of
    with _guardian_lock:
        if _guardian is None or not _guardian.alive or _guardian_of != os.getpid():
            _guardian, _guardian_of = Guardian(), os.getpid()
            atexit.register(_guardian.close)
        return _guardian
