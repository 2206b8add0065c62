"""The version dial: what one would write on each Redis from 6.2 to 8.8, and whether this server can.

A `Dial` is about one job. Its ways are in order; the way for a version is the last that exists by then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.exceptions import ResponseError

from lessons.sources import Citation, resolve

if TYPE_CHECKING:
    from redis import Redis

    from lab.backend import Backend
    from lab.bench import Bench

__all__ = ["VERSIONS", "Dial", "Tried", "Way", "nearest_version", "number_of", "try_way"]

VERSIONS = ("6.2", "7.0", "7.4", "8.0", "8.2", "8.4", "8.6", "8.8")

KEY = "{key}"
"""In a call it stands for a key of the learner's own."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the job is done from one version on.

    `call` is one command, word by word, with `{key}` where a key belongs: it is shown and tried as it is,
    after the commands of `seed` have been sent unseen. A way that is more than a command has `trial`, which
    runs the pattern's own code and says in a few words what came back: "it answers 1."
    """

    since: str
    title: str
    """In a few words: "DELEX with IFEQ"."""
    says: str
    """Why this way, in one or two sentences."""
    source: str
    call: tuple[str, ...] = ()
    seed: tuple[tuple[str, ...], ...] = ()
    trial: Callable[[Bench], str] | None = None
    valkey: bool = True
    """Whether Valkey has it too; its version numbers go their own way."""
    needs: str = ""
    """A capability (`lab.backend`) that a build of that version may lack: one of its modules."""

    @property
    def command(self) -> str:
        """As one types it into redis-cli, where a word with a blank in it stands in quotes."""
        return " ".join(_typed(word) for word in self.call).replace(KEY, "key")

    @property
    def citations(self) -> tuple[Citation, ...]:
        return resolve(self.source)


@dataclass(frozen=True, slots=True)
class Dial:
    """One job, and how it is done from each version on."""

    job: str
    """ "Release a lock that may no longer be mine"."""
    ways: tuple[Way, ...]

    def __post_init__(self) -> None:
        places = [VERSIONS.index(way.since) for way in self.ways]
        if not places or places[0] != 0 or places != sorted(set(places)):
            raise ValueError(
                f"The dial {self.job!r}: its ways begin with {VERSIONS[0]} and go up, a version each; they "
                f"are {[way.since for way in self.ways]}."
            )
        for way in self.ways:
            if bool(way.call) == bool(way.trial):
                raise ValueError(
                    f"The dial {self.job!r}, {way.since}: give it a call or a trial, one of them."
                )

    def at(self, version: str) -> Way:
        """The recommended way on that version, one of VERSIONS."""
        place = VERSIONS.index(version)
        return next(way for way in reversed(self.ways) if VERSIONS.index(way.since) <= place)


@dataclass(frozen=True, slots=True)
class Tried:
    """What this server did with a way."""

    way: Way
    works: bool
    says: str
    due: bool
    """Whether a server of this version should have it."""

    @property
    def ok(self) -> bool:
        """It works, or cannot be expected to."""
        return self.works or not self.due


def _typed(word: str) -> str:
    """One word of a command; in quotes if redis-cli would take it for several, or for none."""
    if word and not re.search(r"[\s\"'\\]", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def try_way(bench: Bench, /, *, way: Way) -> Tried:
    """COMMAND INFO and one real call on the learner's server."""
    due = _is_due(bench.backend, way)
    title = f"{bench.backend.kind.capitalize()} {bench.backend.version}"
    try:
        reply = way.trial(bench) if way.trial else _call(bench, way)
    except ResponseError as error:
        return Tried(way, works=False, says=f"Your {title} refuses it: {error}", due=due)
    if reply is None:
        return Tried(way, works=False, says=f"Your {title} does not know {way.call[0]}.", due=due)
    return Tried(way, works=True, says=f"Run on your {title}: {reply}", due=due)


def nearest_version(backend: Backend) -> str:
    """The newest mark of the dial that this server has reached; the first for an older one."""
    here = number_of(backend.version)
    return [one for one in VERSIONS if number_of(one) <= here or one == VERSIONS[0]][-1]


def number_of(version: str) -> tuple[int, int]:
    """ "8.2.3" -> (8, 2)."""
    parts = [int(part) if part.isdigit() else 0 for part in version.split(".")[:2]]
    return (parts[0], parts[1] if len(parts) > 1 else 0)


def _is_due(backend: Backend, way: Way) -> bool:
    if way.needs and not backend.can(way.needs):
        return False
    if backend.kind == "redis":
        return number_of(way.since) <= number_of(backend.version)
    return backend.kind == "valkey" and way.valkey and number_of(way.since) <= (7, 2)


def _call(bench: Bench, way: Way) -> str | None:
    """The reply in words; None where the server does not know the command."""
    key = f"{bench.namespace}dial:{{dial}}"
    quiet, seen = bench.quiet(), bench.client("dial")
    name = way.call[0]
    if bench.backend.kind != "fakeredis" and not _is_known(quiet, name):
        return None
    quiet.delete(key)
    try:
        for command in way.seed:
            quiet.execute_command(*(word.replace(KEY, key) for word in command))
        reply = _as_sent(seen, tuple(word.replace(KEY, key) for word in way.call))
    finally:
        quiet.delete(key)
    return f"it answers {_short(reply)}."


def _as_sent(redis: Redis, command: tuple[str, ...]) -> Any:
    """The server's own reply: redis-py makes a bool of what SET answers, also of the old value with GET."""
    connection = redis.connection_pool.get_connection()
    try:
        connection.send_command(*command)
        return connection.read_response()
    finally:
        redis.connection_pool.release(connection)


def _is_known(quiet: Any, name: str) -> bool:
    """COMMAND INFO answers one entry a name, empty for a name that it does not know."""
    # As one word: what redis-py makes of the answer to two fails on an unknown name.
    return bool(quiet.execute_command("COMMAND INFO", name)[0])


def _short(reply: Any) -> str:
    text = "nil" if reply is None else repr(reply) if isinstance(reply, str) else str(reply)
    return text if len(text) <= 80 else text[:79] + "…"
