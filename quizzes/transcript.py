"""A transcript: commands as one types them into redis-cli, and behind an arrow the reply they must get.

    # who is who
    ZADD board 40 ana 40 bo
    Ann: ZSCORE board ana          -> 40
    + 5 s
    EXISTS lock                    -> 0

A name and a colon is a client with a connection of its own; `+ 5 s` moves time on. Without an arrow a command
may reply what it likes, except an error.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from quizzes.replies import check_expectation

__all__ = ["APP", "BadTranscript", "Line", "read", "written"]

APP = "app"
"""The client of a line that names none."""

_CLIENT = re.compile(r"^(?P<name>[A-Z][A-Za-z0-9]*):\s+(?P<rest>.+)$")
_TIME = re.compile(r"^\+\s*(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|min|h|d)$")
_UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3_600, "d": 86_400}

FORBIDDEN = frozenset((
    "ACL", "AUTH", "BGREWRITEAOF", "BGSAVE", "CONFIG", "DEBUG", "FAILOVER", "FLUSHALL", "HELLO", "MIGRATE",
    "MODULE", "MONITOR", "PSYNC", "QUIT", "REPLICAOF", "RESET", "SAVE", "SELECT", "SHUTDOWN", "SLAVEOF",
    "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "SWAPDB", "SYNC", "WAIT", "WAITAOF",
    "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP",
))  # fmt: skip
"""They reach beyond the keys of one question, change the connection, or wait."""


class BadTranscript(ValueError):
    """A line cannot be read; the message has its number and the cure."""


@dataclass(frozen=True, slots=True)
class Line:
    """One command (or one move of time), and what it must reply."""

    text: str
    """As written, without the arrow."""
    words: tuple[str, ...] = ()
    client: str = APP
    expected: str | None = None
    seconds: float = 0.0
    """By how much time moves on; then there are no words."""

    @property
    def name(self) -> str:
        return self.words[0].upper() if self.words else ""


def read(text: str) -> tuple[Line, ...]:
    """The lines of a transcript. Empty ones and comments are left out."""
    lines = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            try:
                lines.append(_line(line))
            except ValueError as error:
                raise BadTranscript(f"line {number} ({line[:60]}): {error}") from None
    return tuple(lines)


def written(lines: tuple[Line, ...]) -> str:
    """The commands alone, one a line, as a learner sees them."""
    return "\n".join(line.text for line in lines)


def _line(line: str) -> Line:
    if line.startswith("+"):
        moved = _TIME.match(line)
        if moved is None:
            raise ValueError("time moves on with a number and ms, s, min, h or d: + 5 s")
        return Line(line, seconds=float(moved["count"]) * _UNITS[moved["unit"]])
    command, expected = _arrow(line)
    if expected is not None:
        check_expectation(expected)
    client, rest = APP, command
    if named := _CLIENT.match(command):
        client, rest = named["name"], named["rest"]
    try:
        words = tuple(shlex.split(rest))
    except ValueError:
        raise ValueError("a quotation mark is opened and not closed") from None
    if not words:
        raise ValueError("there is no command")
    if words[0].upper() in FORBIDDEN:
        raise ValueError(
            f"{words[0].upper()} cannot be used in a question: it reaches beyond its keys, or waits"
        )
    return Line(command, words, client, expected)


def _arrow(line: str) -> tuple[str, str | None]:
    """Split at the last arrow outside quotation marks."""
    quote, at = "", -1
    for position, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif line.startswith("->", position):
            at = position
            break
    return (line, None) if at < 0 else (line[:at].strip(), line[at + 2 :].strip())
