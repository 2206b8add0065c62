"""A step: what a client sends in one write, and how the server is asked for it under virtual time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.explorer.backend import lua, publishes, sha1, wrapped
from lab.explorer.commands import (
    CONNECTION,
    READS,
    UNPREDICTABLE,
    Command,
    blocks,
    name_of,
    refusal,
    waits_ms,
)
from lab.explorer.malformed import malformed
from lab.explorer.scans import SCANS, whole
from lab.explorer.virtual_time import rewrite

__all__ = ["PUBLISHED", "Assemble", "Refused", "Scripts", "Step", "text_of"]

PUBLISHED = b"\0keyspace:published"
_DRAIN: tuple[Command, ...] = ((b"LRANGE", PUBLISHED, b"0", b"-1"), (b"DEL", PUBLISHED))
_ALONE = frozenset(("WATCH", "UNWATCH", "DISCARD"))
_WHOLE = frozenset(("KEYS", "DBSIZE", "FLUSHDB", "FLUSHALL"))
"""Commands that would notice the list of what the step has published, which the prelude hides."""
_GROUPS = frozenset(("XCLAIM", "XAUTOCLAIM", "XPENDING"))
_SCRIPTS = frozenset(("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO"))
_IN_PARTS = "a transaction in several writes, or among other commands; use r.pipeline()"
_AS_IS = "return redis.call(unpack(ARGV))"
_DUMP = """
local key = KEYS[1]
if redis.call('TYPE', key).ok == 'stream' and #redis.call('XINFO', 'GROUPS', key) > 0 then
  return {err = "KEYSPACE refuses DUMP of a stream with a group, which holds the server's own clock"}
end
return redis.call('DUMP', key)
"""
_ASKED = "return redis.pcall(unpack(ARGV))"
_TOUCH = """
local t, key, group, now = redis.call('TIME'), KEYS[1], ARGV[1], ARGV[2]
local clock = t[1] * 1000 + math.floor(t[2] / 1000)
for _, p in ipairs(redis.call('XPENDING', key, group, '-', '+', 1000000)) do
  if clock - p[3] > 1200000000000 then
    local at = string.format('%.0f', now - 3102444800000)
    redis.call('XCLAIM', key, group, p[2], 0, p[1], 'TIME', at, 'JUSTID')
  end
end
"""
Assemble = Callable[[list[Any]], list[Any]]


class Refused(Exception):
    """A command that cannot be explored."""

    step: Step | None = None


@dataclass(slots=True)
class Scripts:
    """Scripts that clients have sent, by sha1, and how our server knows them behind the prelude."""

    load: Callable[[str], str]
    texts: dict[bytes, str] = field(default_factory=dict)
    missed: dict[bytes, Any] = field(default_factory=dict)
    """Those that a client was told the server does not know, and when: None stands for several times."""
    late: bool = False
    """Whether one of them was sent later than then, before the search was over."""
    settled: bool = False
    """Whether the search is over: what an invariant sends is no client's affair."""

    def miss(self, sha: bytes, when: Any) -> None:
        """A client is told that there is no such script."""
        if self.missed.setdefault(sha, when) != when:
            self.missed[sha] = None

    def learn(self, text: bytes, when: Any = None) -> bytes:
        """A script; one that redis-py loads as soon as it misses it might have been there all the time."""
        script = text.decode("utf-8", "surrogateescape")
        sha = sha1(script).encode()
        if sha in self.missed:
            missed = self.missed.pop(sha)
            self.late = self.late or not (self.settled or (when and when == missed))
        self.texts[sha] = script
        return sha

    def text(self, command: Command) -> str | None:
        """The script that an EVAL or EVALSHA runs; None where the server knows none."""
        if malformed(command):
            return None
        sha = command[1].lower() if "SHA" in name_of(command) else self.learn(command[1])
        return self.texts.get(sha)

    def rewritten(self, command: Command, now: int, counts: tuple[int, ...] = ()) -> Command:
        name = name_of(command)
        script = self.text(command)
        if script is None:
            return command
        read_only = b"_RO" if name.endswith("_RO") else b""
        try:
            known = self.load(wrapped(script)).encode()
        except SyntaxError:
            return command
        last = b" ".join(b"%d" % number for number in (now, *counts))
        return (b"EVALSHA" + read_only, known, *command[2:], last)

    def ours(self, script: str, arguments: Sequence[bytes], keys: Sequence[bytes] = ()) -> Command:
        return (b"EVALSHA", self.load(script).encode(), b"%d" % len(keys), *keys, *arguments)


_WORDS = re.compile(rf"['\"]({'|'.join(UNPREDICTABLE)})['\"]", re.IGNORECASE)


_BEHIND = re.compile(
    r"\b(_G|loadstring|setfenv|getfenv|getmetatable|(?:load|dofile)(?=\s*\()|debug(?=\s*[.\[]))(?!\w)"
)
_NO_CODE = re.compile(r"--\[(=*)\[.*?\]\1\]|--[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
"""Comments and quoted words."""


def refused_in(script: str | None) -> None:
    """A script that names an unpredictable command is refused even where it would catch our error."""
    if script is None:
        return
    found = _WORDS.search(script)
    if found:
        raise Refused(f"{found[1].upper()} inside a script: the server draws lots")
    if re.search(r"math\s*\.\s*random", script):
        raise Refused("math.random inside a script: the server draws lots")
    found = _BEHIND.search(_NO_CODE.sub("", script))
    if found:
        raise Refused(
            f"{found[1]} inside a script: it reaches behind the virtual clock; call redis.call by name"
        )


class Step:
    """One write, interned: the same commands are the same object, so comparing is `is`."""

    __slots__ = (
        "_prepared", "alone", "blocking", "commands", "id", "keys_watched", "kind", "publishes", "reads_only",
        "scripts", "timed", "transaction", "wait",
    )  # fmt: skip

    def __init__(
        self,
        id: int,
        kind: str,
        commands: tuple[Command, ...],
        scripts: Scripts,
        wait: int | None = None,
        lenient: bool = False,
        alone: bool = False,
    ) -> None:
        self.id, self.kind, self.commands, self.scripts = id, kind, commands, scripts
        self.wait, self.alone = wait, alone
        self.blocking = self.timed = self.publishes = self.transaction = False
        self.reads_only = kind != "write"
        self.keys_watched: frozenset[bytes] = frozenset()
        self._prepared: dict[Any, tuple[list[Command], Assemble]] = {}
        if kind == "write":
            self._look(lenient)

    def _look(self, lenient: bool) -> None:
        names = [name_of(command) for command in self.commands]
        for command in self.commands:
            why = refusal(command)
            if why and not lenient:
                raise Refused(why)
            if name_of(command) in _SCRIPTS:
                refused_in(self.scripts.text(command))
        self.reads_only = all(name in READS or name in ("XINFO", "MULTI", "EXEC") for name in names)
        self.transaction = "MULTI" in names
        if not _whole(names):
            raise Refused(f"{'MULTI' if self.transaction else 'EXEC'}: {_IN_PARTS}")
        if len(names) == 1 and malformed(self.commands[0]):
            pass  # the server has an error for it, and nothing else happens
        elif names == ["WATCH"]:
            self.kind, self.keys_watched = "watch", frozenset(self.commands[0][1:])
        elif names[0] in CONNECTION and len(names) == 1:
            self.kind = "subscribe"
        elif not CONNECTION.isdisjoint(names) or not _ALONE.isdisjoint(names):
            found = next(name for name in names if name in CONNECTION or name in _ALONE)
            where = "in the middle of a pipeline" if len(names) > 1 else "on a connection that has subscribed"
            raise Refused(f"{found} {where}")
        waiting = [command for command in self.commands if blocks(command)]
        if waiting and len(self.commands) == 1:
            self.blocking, self.wait = True, _wait(self.commands[0])
        elif waiting and not self.transaction:
            raise Refused(f"{name_of(waiting[0])} in a pipeline: the pipeline would wait in the middle")
        self.publishes = any(map(self._may_publish, names, self.commands))
        self.timed = any(
            name in _SCRIPTS or name in _GROUPS or name == "XREADGROUP" for name in names
        ) or any(rewrite(command, 1).timed for command in self.commands)

    def _may_publish(self, name: str, command: Command) -> bool:
        if name in _SCRIPTS:
            return publishes(self.scripts.text(command) or "")
        return name in ("PUBLISH", "SPUBLISH")

    def prepare(self, now: int, counts: tuple[int, ...] = ()) -> tuple[list[Command], Assemble]:
        """The commands for the server at this time, and how its replies become the client's.

        `counts`: how many subscribers each message reaches that the step publishes.
        """
        key = (now if self.timed else 0, counts)
        known = self._prepared.get(key)
        if known is None:
            known = self._prepared[key] = self._assembly(now, counts)
        return known

    def _assembly(self, now: int, counts: tuple[int, ...]) -> tuple[list[Command], Assemble]:
        sent: list[Command] = []
        inside: list[Callable[[Any], Any] | None] | None = None
        parts: list[tuple[int, Callable[[Any], Any] | None]] = []
        for command in self.commands:
            name = name_of(command)
            wire, fix, after = self._one(command, name, now, counts)
            if self.blocking:
                return [(b"MULTI",), *wire, *after, (b"EXEC",)], _waited(fix)
            if name == "MULTI":
                inside = []
            elif name == "EXEC" and inside is not None:
                fix, inside = _inside(inside), None
            elif inside is not None:
                inside.append(fix)
                fix = None
            parts.append((len(sent), fix))
            sent += wire
            if inside is not None:
                inside += [_drop] * len(after)
            sent += after

        if len(parts) == len(sent) and not any(fix for _, fix in parts):
            return sent, list

        def assemble(replies: list[Any]) -> list[Any]:
            return [fix(replies[at]) if fix else replies[at] for at, fix in parts]

        return sent, assemble

    def _one(
        self, command: Command, name: str, now: int, counts: tuple[int, ...]
    ) -> tuple[list[Command], Callable[[Any], Any] | None, list[Command]]:
        if malformed(command):
            return [command], None, []
        if name in _SCRIPTS:
            return [self.scripts.rewritten(command, now, counts)], _refusing, []
        if name in _GROUPS and not (name == "XPENDING" and len(command) == 3):
            return [self.scripts.ours(wrapped(_AS_IS), (*command, b"%d" % now))], _as_ever, []
        if name == "XREADGROUP":
            at = [word.upper() for word in command].index(b"STREAMS") + 1
            keys = command[at : at + (len(command) - at) // 2]
            touches = [self.scripts.ours(_TOUCH, (command[2], b"%d" % now), (key,)) for key in keys]
            return [command], None, touches
        if name == "DUMP":
            return [self.scripts.ours(_DUMP, (), command[1:])], _refusing, []
        if name in ("PUBLISH", "SPUBLISH") and len(command) == 3:
            return [(b"RPUSH", PUBLISHED, name.encode(), *command[1:])], _reached(counts), []
        if self.publishes and name in _WHOLE:
            return [self.scripts.ours(wrapped(_AS_IS), (*command, b"%d" % now))], None, []
        if name in SCANS and not self.alone:
            return self._scanned(command, now)
        rewritten = rewrite(command, now)
        if name == "XADD" and rewritten.timed and len(command) > 4:
            return [self.scripts.ours(wrapped(_ASKED), (*command, b"%d" % now))], None, []
        return [rewritten.command], _unless_failed(rewritten.fix) if name == "SCAN" else rewritten.fix, []

    def _scanned(
        self, command: Command, now: int
    ) -> tuple[list[Command], Callable[[Any], Any] | None, list[Command]]:
        asked = whole(command)
        if asked is None:
            return [command], None, []
        everything, count = asked
        fix = rewrite(everything, now).fix

        def answered(reply: Any) -> Any:
            reply = _refusing(reply)
            return fix(reply) if fix and not isinstance(reply, Exception) else reply

        return [self.scripts.ours(lua("scan"), (b"%d" % count, PUBLISHED, *everything))], answered, []

    def drain(self) -> tuple[Command, ...]:
        """Commands that fetch what the step has published, if it may publish."""
        return _DRAIN if self.publishes else ()


def _whole(names: list[str]) -> bool:
    """No transaction in these commands, or one from the first command to the last."""
    inside = names[1:-1] if names[0] == "MULTI" and names[-1] == "EXEC" else names
    return "MULTI" not in inside and "EXEC" not in inside


def _reached(counts: tuple[int, ...]) -> Callable[[Any], Any]:
    """What PUBLISH answers: the list of what was published says how many came before."""

    def told(length: Any) -> Any:
        if not isinstance(length, int):
            return length
        number = length // 3 - 1
        return counts[number] if number < len(counts) else 0

    return told


def _drop(_: Any) -> Any:
    raise AssertionError("never called: marks a reply that the client does not see")


def _refusing(reply: Any) -> Any:
    if isinstance(reply, Exception) and "KEYSPACE refuses" in str(reply):
        raise Refused(str(reply).partition("KEYSPACE refuses ")[2].partition(" script:")[0])
    return reply


def _as_ever(reply: Any) -> Any:
    """An error of a command that we sent from a script, without the script."""
    if isinstance(reply, Exception):
        return type(reply)(str(reply).partition(" script: ")[0])
    return reply


def _unless_failed(fix: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return lambda reply: reply if fix is None or isinstance(reply, Exception) else fix(reply)


def _waited(fix: Callable[[Any], Any] | None) -> Assemble:
    """What a command that waits got from the transaction in which it does not."""

    def assemble(replies: list[Any]) -> list[Any]:
        queued, executed = replies[1], replies[-1]
        if isinstance(executed, Exception):
            return [queued if isinstance(queued, Exception) else executed]
        return [fix(executed[0]) if fix else executed[0]]

    return assemble


def _wait(command: Command) -> int | None:
    try:
        return waits_ms(command)
    except (ValueError, IndexError, OverflowError):  # the server will say so
        return None


def _inside(fixes: list[Callable[[Any], Any] | None]) -> Callable[[Any], Any]:
    def each(reply: Any) -> Any:
        if not isinstance(reply, list):
            return reply
        return [fix(one) if fix else one for fix, one in zip(fixes, reply, strict=True) if fix is not _drop]

    return each


def _word(value: bytes) -> str:
    text = value.decode("utf-8", "backslashreplace")
    if len(text) > 60:
        text = text[:57] + "..."
    return text if text and not re.search(r"[\s'\"]", text) else repr(text)


def text_of(command: Command, scripts: Scripts | None = None) -> str:
    """The command for people; a script by the name in its first line."""
    name = name_of(command)
    if name in _SCRIPTS and scripts is not None:
        script = scripts.text(command)
        if script is None:
            return " ".join([name, *map(_word, command[1:])])
        signed = re.match(r"(?:#!.*\n)?--\s*(\w+)\(", script)
        title = signed[1] if signed else f"script {sha1(script)[:8]}"
        return f"{name} {title} " + " ".join(map(_word, command[2:]))
    return " ".join([name, *map(_word, command[1:])])
