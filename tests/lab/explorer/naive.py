"""The oracle: every schedule run from its beginning, command by command, on a live server and in real time.

It shares nothing with the explorer: no memory of earlier runs, no digests, no virtual time (deadlines lie
hours away, and a time jump brings every one of them nearer), real WATCH on real connections.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as Lost

from lab.scenario import Faults
from tests.lab.explorer.programs import HOUR, Program, content, interpret, seed

EMPTY = "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('DEL', key) end"
Event = tuple[str, int]
DEADLINES = """
local found = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left > 0 then found[#found + 1] = key found[#found + 1] = left end
end
return found
"""


class Naive:
    """One program, explored by depth-first search without any memory."""

    def __init__(self, program: Program, connect: Callable[[], Redis]) -> None:
        self.program = program
        self.clients = [connect() for _ in program.clients]
        self.admin = connect()

    def outcomes(self, limit: int = 100_000) -> Counter[str]:
        """Every outcome and how many schedules lead to it."""
        found: Counter[str] = Counter()
        path: list[tuple[int, int]] = []
        while True:
            outcome = self._run(path)
            found[outcome] += 1
            if found.total() > limit:
                raise AssertionError(f"more than {limit} schedules")
            while path and path[-1][0] + 1 == path[-1][1]:
                path.pop()
            if not path:
                return found
            path[-1] = (path[-1][0] + 1, path[-1][1])

    def _run(self, path: list[tuple[int, int]]) -> str:
        """Follow the path, then always the first choice; the path grows to the end of the schedule."""
        self.admin.eval(EMPTY, 0)
        seed(self.admin)
        running: list[Any] = [
            interpret(one, r) for one, r in zip(self.program.clients, self.clients, strict=True)
        ]
        results: list[Any] = ["unfinished"] * len(running)
        calls: list[Any] = [None] * len(running)
        for number in range(len(running)):
            self._resume(running, calls, results, number, lambda generator: next(generator))
        left = self.program.faults
        depth = 0
        while True:
            choices = self._choices(calls, left)
            if not choices:
                break
            if depth == len(path):
                path.append((0, len(choices)))
            kind, number = choices[path[depth][0]]
            depth += 1
            if kind == "end":
                break
            left = self._happen(kind, number, running, calls, results, left)
        for generator in running:
            if generator is not None:
                generator.close()
        return str((results, content(self.admin)))

    def _choices(self, calls: list[Any], left: Faults) -> list[Event]:
        choices: list[Event] = []
        acting = [number for number, call in enumerate(calls) if call is not None]
        able = [number for number in acting if not self._blocked(calls[number])]
        choices += [("step", number) for number in able]
        if left.lost_replies:
            choices += [("lost reply", number) for number in able]
        if left.lost_requests:
            choices += [("lost request", number) for number in acting]
        if left.crashes:
            choices += [("crash", number) for number in able]
        if acting and left.time_jumps and self._deadlines():
            choices.append(("jump", 0))
        if acting and not able:
            choices.append(("end", 0))
        return choices

    def _blocked(self, call: Any) -> bool:
        words = [cell.cell_contents for cell in call.__closure__ or ()]
        for word in words:
            if isinstance(word, tuple) and word and word[0] == "BLPOP":
                return self.admin.type(word[1]) == "none"
        return False

    def _deadlines(self) -> dict[str, int]:
        flat = self.admin.eval(DEADLINES, 0)
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def _happen(
        self, kind: str, number: int, running: list[Any], calls: list[Any], results: list[Any], left: Faults
    ) -> Faults:
        if kind == "jump":
            deadlines = self._deadlines()
            by = min(deadlines.values()) + HOUR // 10
            for key, at in deadlines.items():
                if at <= by:
                    self.admin.delete(key)
                else:
                    self.admin.pexpire(key, at - by + HOUR // 10)
            self._age(by)
            return replace(left, time_jumps=left.time_jumps - 1)
        if kind == "crash":
            calls[number], results[number] = None, "crashed"
            return replace(left, crashes=left.crashes - 1)
        call = calls[number]
        if kind == "lost request" or kind == "lost reply":
            if kind == "lost reply":
                with contextlib.suppress(Exception):
                    call()
            if not self.program.retry:
                self._resume(running, calls, results, number, lambda generator: generator.throw(Lost("lost")))
            name = "lost_requests" if kind == "lost request" else "lost_replies"
            return replace(left, **{name: getattr(left, name) - 1})
        try:
            reply = call()
        except Exception as error:  # noqa: BLE001 - the client's affair
            self._resume(running, calls, results, number, lambda generator, e=error: generator.throw(e))
        else:
            self._resume(running, calls, results, number, lambda generator: generator.send(reply))
        return left

    def _age(self, by: int) -> None:
        """Entries that wait for their acknowledgement have waited longer."""
        if self.admin.type("stream") != "stream":
            return
        for one in self.admin.xpending_range("stream", "group", "-", "+", 100):
            idle = one["time_since_delivered"] + by
            self.admin.xclaim(
                "stream", "group", one["consumer"], 0, [one["message_id"]], idle=idle, justid=True
            )  # fmt: skip

    def _resume(
        self, running: list[Any], calls: list[Any], results: list[Any], number: int, go: Callable[[Any], Any]
    ) -> None:
        try:
            calls[number] = go(running[number])
        except StopIteration as end:
            calls[number], results[number] = None, end.value
