"""Runs a transcript on a bench: the real commands, the real replies, and where they are not as expected."""

from __future__ import annotations

from dataclasses import dataclass

from lab.bench import Bench
from lab.keys import Asker
from quizzes.replies import Value, agrees, plain, shown
from quizzes.transcript import Line, read

__all__ = ["Ran", "Replied", "let_go", "run_lines", "run_text"]

_STATEFUL = frozenset(("MULTI", "EXEC", "DISCARD", "WATCH", "CLIENT"))


@dataclass(frozen=True, slots=True)
class Replied:
    """One line and what came back."""

    line: Line
    reply: Value
    fine: bool

    @property
    def says(self) -> str:
        """`GET a replied nil, not 1`."""
        wanted = f", not {self.line.expected}" if self.line.expected is not None else ""
        return f"{self.line.text} replied {shown(self.reply)}{wanted}"


@dataclass(frozen=True, slots=True)
class Ran:
    """A whole transcript."""

    lines: tuple[Replied, ...]

    @property
    def fine(self) -> bool:
        return all(one.fine for one in self.lines)

    @property
    def wrong(self) -> Replied | None:
        """The first line that did not reply as expected."""
        return next((one for one in self.lines if not one.fine), None)

    @property
    def last(self) -> Value:
        """The reply to the last command."""
        replies = [one.reply for one in self.lines if one.line.words]
        return replies[-1] if replies else None

    def __add__(self, other: Ran) -> Ran:
        return Ran(self.lines + other.lines)


def run_text(bench: Bench, text: str) -> Ran:
    """A whole transcript on an empty keyspace."""
    lines = read(text)
    bench.reset()
    try:
        return run_lines(bench, lines)
    finally:
        let_go(bench, lines)


def run_lines(bench: Bench, lines: tuple[Line, ...]) -> Ran:
    """Send the lines one after the other; nothing stops at a wrong reply, so that all can be shown."""
    found = []
    for line in lines:
        if not line.words:
            bench.fast_forward(line.seconds)
            found.append(Replied(line, None, True))
            continue
        (raw,) = Asker(bench.client(line.client)).ask_all([line.words])
        reply = plain(raw)
        expected = "any" if line.expected is None else line.expected
        found.append(Replied(line, reply, agrees(expected, reply)))
    return Ran(tuple(found))


def let_go(bench: Bench, lines: tuple[Line, ...]) -> None:
    """Close the connections on which a transaction may have been left open."""
    for client in {line.client for line in lines if line.name in _STATEFUL}:
        bench.client(client).connection_pool.disconnect()
