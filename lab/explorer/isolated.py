"""Exploring in another process, which can be killed: what the page uses.

One warm process answers, and another one stands by for when the first has to be killed.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from lab.scenario import Bounds

__all__ = ["Isolated", "WorkerDied"]

_GRACE = 3.0
_ROOT = Path(__file__).parents[2]


class WorkerDied(Exception):
    """The process ended or had to be ended."""


class _Process:
    """A worker and the pipe to it."""

    def __init__(self, backend: str) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "lab.explorer.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        self._rest = b""
        self.warm = False
        self.spent = False
        self._send({"do": "warm", "backend": backend})

    def ask(self, request: Mapping[str, Any], seconds: float) -> Any:
        """Its answer; WorkerDied if none comes in time."""
        end = time.monotonic() + seconds
        if not self.warm:
            self._receive(time.monotonic() + 20)
            self.warm = True
            end = time.monotonic() + seconds
        self._send(request)
        answer = json.loads(self._receive(end))
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["answer"]

    def _send(self, request: Mapping[str, Any]) -> None:
        assert self._popen.stdin is not None
        try:
            self._popen.stdin.write(json.dumps(request).encode() + b"\n")
            self._popen.stdin.flush()
        except BrokenPipeError:
            raise WorkerDied("The exploring process has ended.") from None

    def _receive(self, end: float) -> bytes:
        pipe = self._popen.stdout
        assert pipe is not None
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                left = end - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise WorkerDied("no answer in time")
                data = os.read(pipe.fileno(), 1 << 16)
                if not data:
                    raise WorkerDied(f"the process ended with status {self._popen.wait()}")
                self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                pipe.close()


class Isolated:
    """Searches and steps in a process of its own. One for each learner; safe to use from any thread."""

    def __init__(self, backend: Literal["redis", "fakeredis"] = "redis") -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._process = _Process(backend)
        self._spare = _Process(backend)

    def explore(
        self,
        scenario: str,
        *,
        bounds: Bounds | None = None,
        arguments: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
        validate: int = 50,
    ) -> dict[str, Any]:
        """The verdict as JSON values. `scenario` is `package.module:name`.

        `replace` gives other text for modules, a learner's own: it runs confined, in a process that serves
        nobody else afterwards. A search that does not come to its end is ended.
        """
        bounds = bounds or Bounds()
        request = {
            "do": "explore", "scenario": scenario, "backend": self._backend, "bounds": asdict(bounds),
            "arguments": arguments, "replace": replace, "confined": bool(replace), "validate": validate,
        }  # fmt: skip
        with self._lock:
            if self._process.spent or replace:
                self._renew()
            self._process.spent = bool(replace)
            try:
                answer: dict[str, Any] = self._process.ask(request, bounds.seconds + _GRACE)
                return answer
            except WorkerDied as why:
                self._renew()
                says = (
                    f"The search had to be ended: {why}. Does a client compute for ever, or take all memory?"
                )
                return {"status": "unsupported", "says": says}

    def at(self, state: int) -> dict[str, Any]:
        """What is possible in this state of the last search, where the clients stand, and the keyspace."""
        return self._asked({"do": "at", "state": state})

    def schedule(self, address: str) -> dict[str, Any]:
        """The schedule of this address in the last search, told."""
        return self._asked({"do": "schedule", "address": address})

    def replay(
        self, scenario: str, address: str, arguments: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The schedule of this address without a search, as for a link that somebody has opened."""
        request = {"do": "replay", "scenario": scenario, "address": address, "arguments": arguments}
        return self._asked({**request, "backend": self._backend})

    def close(self) -> None:
        with self._lock:
            self._process.kill()
            self._spare.kill()

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                answer: dict[str, Any] = self._process.ask(request, _GRACE)
                return answer
            except WorkerDied:
                self._renew()
                raise

    def _renew(self) -> None:
        self._process.kill()
        self._process, self._spare = self._spare, _Process(self._backend)
