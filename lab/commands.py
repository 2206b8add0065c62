"""One command: as a value, and while it still waits for its reply."""

from __future__ import annotations

import functools
import hashlib
import time
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lab.show import binary_text
from lab.wire import Argument, Large, Words

__all__ = ["Command", "Entry", "Kind", "Source"]

Kind = Literal["single", "pipeline", "transaction", "message"]

_CONTAINERS = frozenset((
    "ACL", "CLIENT", "CLUSTER", "COMMAND", "COMMANDLOG", "CONFIG", "DEBUG", "FUNCTION", "LATENCY", "MEMORY",
    "MODULE", "OBJECT", "PUBSUB", "SCRIPT", "SLOWLOG", "XGROUP", "XINFO", "FT.CONFIG", "FT.CURSOR",
    "GRAPH.CONFIG", "GRAPH.MEMORY", "JSON.DEBUG",
))  # fmt: skip
_BY_TEXT = frozenset(("EVAL", "EVAL_RO", "SCRIPT LOAD"))
_BY_NAME = frozenset(("EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"))
_SECRETS = frozenset(("AUTH", "HELLO", "ACL SETUSER"))

_LATER = 512  # bytes of arguments that may wait to be shown until somebody looks


@dataclass(frozen=True, slots=True)
class Source:
    """The line that caused a command. `path` is relative to the project's folder, with forward slashes."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it went over the wire, with the reply that belongs to it.

    `reply` is empty while none has come; `error` is the server's own text, or the client's when the
    connection failed. A message that the server pushed to a subscriber has kind "message" and no reply.
    """

    seq: int
    actor: str
    name: str
    args: tuple[str, ...]
    reply: str
    error: str | None
    at: float
    seconds: float
    source: Source | None
    batch: int | None
    kind: Kind
    script: str | None

    @property
    def text(self) -> str:
        """The command as one would type it into redis-cli."""
        return " ".join((self.name, *map(_as_typed, self.args)))


def _as_typed(argument: str) -> str:
    plain = argument and not any(character.isspace() or character in "\"'" for character in argument)
    return argument if plain else '"' + argument.replace('"', '\\"') + '"'


class Entry:
    """A command that is still waiting for its reply; only its connection writes to it."""

    # Defaults of the class, for what comes later: tens of thousands are made, few are looked at.
    seq = 0
    actor = ""
    reply = ""
    error: str | None = None
    seconds = 0.0
    sent = 0.0
    at = 0.0
    source: Source | None = None
    batch: int | None = None
    frozen: Command | None = None
    done = False

    def __init__(
        self, name: str, args: tuple[str, ...] | Words, kind: Kind, script: str | None = None
    ) -> None:
        self.name = name
        self.kind = kind
        self.script = script
        self._args = args

    @classmethod
    def of(cls, words: Words, kind: Kind) -> Entry:
        """The entry for what was written."""
        first, *rest = words.arguments
        name, is_container, is_secret = _known(first)
        if is_container and rest:
            second, *rest = rest
            name = f"{name} {_known(second).name}"
            is_secret = name in _SECRETS
        if is_secret:
            return cls(name, ("(hidden)",) if rest else (), kind)
        script = _script(name, rest[0]) if rest and (name in _BY_TEXT or name in _BY_NAME) else None
        words = Words(rest, words.more)
        light = sum(len(each) if isinstance(each, bytes) else _LATER for each in rest) < _LATER
        return cls(name, words if light else _texts(words), kind, script)

    def args(self) -> tuple[str, ...]:
        """The arguments after the name, as text."""
        if isinstance(self._args, Words):
            self._args = _texts(self._args)
        return self._args

    def finish(self, reply: str = "", error: str | None = None) -> None:
        """The last word on this command."""
        self.reply, self.error = reply, error
        self.seconds = time.perf_counter() - self.sent
        self.done = True

    def command(self) -> Command:
        """This entry as a value, as far as it is known now."""
        if self.frozen is not None:
            return self.frozen
        done = self.done  # looked at first: what is copied afterwards cannot be older
        command = Command(
            self.seq, self.actor, self.name, self.args(), self.reply, self.error, self.at, self.seconds,
            self.source, self.batch, self.kind, self.script,
        )  # fmt: skip
        if done:
            self.frozen = command
        return command


class _Name(NamedTuple):
    name: str
    is_container: bool
    is_secret: bool


@functools.lru_cache(maxsize=512)
def _known(argument: Argument) -> _Name:
    name = _text(argument, 40).upper()
    return _Name(name, name in _CONTAINERS, name in _SECRETS)


def _script(name: str, argument: Argument) -> str:
    """The SHA-1 by which a server knows a script, or the name of a function."""
    if name in _BY_NAME:
        given = _text(argument, 200)
        return given.lower() if name.startswith("EVALSHA") else given
    if isinstance(argument, Large):
        return argument.sha1 or ""
    return hashlib.sha1(argument, usedforsecurity=False).hexdigest()


def _texts(words: Words) -> tuple[str, ...]:
    limit = 200 if len(words.arguments) <= 8 else 60
    texts = [_text(argument, limit) for argument in words.arguments]
    if words.more:
        texts.append(f"… {words.more:,} more arguments")
    return tuple(texts)


def _text(argument: Argument, limit: int) -> str:
    if isinstance(argument, bytes):
        return binary_text(argument, len(argument), limit)
    return binary_text(argument.head, argument.size, limit)
