"""The server as a function of its content and a command: every transition is asked of Redis once.

A *content* is a keyspace, known by its digest and reached by replaying a list of commands. A *world* is what
all clients share: a content, the virtual time, and the state of the connections (`links`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lab.explorer.backend import Backend, BrokenOff, Job, lua, pack
from lab.explorer.clients import Outcome, Registry
from lab.explorer.commands import Command, unblocked
from lab.explorer.links import Links, Published
from lab.explorer.steps import Assemble, Refused, Scripts, Step, text_of
from lab.explorer.virtual_time import EPOCH_MS

__all__ = ["Content", "Effect", "World", "Worlds"]

_NOBODY: frozenset[bytes] = frozenset()


@dataclass(slots=True)
class Content:
    """A keyspace, and how to get it back from nothing."""

    id: int
    wire: bytes
    length: int
    replies: list[Any]
    deadlines: tuple[int, ...]
    sent: tuple[Command, ...]


class Effect(NamedTuple):
    """What a step did to the keyspace."""

    replies: list[Any] | None
    content: int
    published: Published
    touched: bool
    """Whether a key that was watched during the step has been modified."""
    counts: tuple[int, ...] = ()
    """How many subscribers each message was said to reach."""


class Expiry:
    """Time moves on: everything whose deadline has passed is deleted."""

    id = -1
    reads_only = transaction = False
    timed = True

    def __init__(self, scripts: Scripts, fields: bytes) -> None:
        self._scripts, self._fields = scripts, fields

    def prepare(self, now: int, counts: tuple[int, ...] = ()) -> tuple[list[Command], Assemble]:
        return [self._scripts.ours(lua("expire"), (b"%d" % now, self._fields))], list

    def drain(self) -> tuple[Command, ...]:
        return ()


class World(NamedTuple):
    """All that clients share."""

    content: int
    now: int
    links: Links


class Worlds:
    """Contents, worlds and the transitions between them."""

    def __init__(
        self, backend: Backend, *, deadlines: bool, scripts: Mapping[bytes, str] | None = None
    ) -> None:
        self.backend = backend
        self.scripts = Scripts(backend.load, dict(scripts or {}))
        self.registry = Registry(self.scripts)
        self.contents: list[Content] = []
        self._by_digest: dict[bytes, int] = {}
        self.worlds: list[World] = []
        self._ids: dict[World, int] = {}
        self._effects: dict[Any, Effect] = {}
        self._deadlines = b"1" if deadlines else b"0"
        self.digest_wanted = self.scripts.ours(
            lua("digest"), (self._deadlines, self._deadlines, b"%d" % EPOCH_MS)
        )
        self._digest = pack(self.digest_wanted)
        self.expiry = Expiry(self.scripts, self._deadlines)
        self._intern(self._empty(), b"", 0, [], ())

    @property
    def transitions(self) -> int:
        """How many transitions the server has been asked for."""
        return len(self._effects)

    def content_of(self, digest: bytes) -> int:
        """The content of this digest, or -1."""
        return self._by_digest.get(digest, -1)

    def _empty(self) -> list[Any]:
        (_, digest), = self.backend.run([Job(b"", (), 0, [], [], True, self._digest)])  # fmt: skip
        assert digest is not None
        return digest

    def _intern(
        self, digest: list[Any], wire: bytes, length: int, replies: list[Any], sent: tuple[Command, ...]
    ) -> int:
        known = self._by_digest.get(digest[0])
        if known is None:
            known = self._by_digest[digest[0]] = len(self.contents)
            deadlines = tuple(sorted(map(int, digest[1:])))
            self.contents.append(Content(known, wire, length, replies, deadlines, sent))
        return known

    def world(self, world: World) -> int:
        """The number of a world."""
        known = self._ids.get(world)
        if known is None:
            known = self._ids[world] = len(self.worlds)
            self.worlds.append(world)
        return known

    def key(
        self, step: Step | Expiry, content: int, now: int, watched: frozenset[bytes] = _NOBODY,
        counts: tuple[int, ...] = (),
    ) -> Any:  # fmt: skip
        """By what an effect is known."""
        return (content, step.id, now if step.timed else 0, watched, counts)

    def known(self, key: Any) -> Effect | None:
        return self._effects.get(key)

    def ask(self, wanted: Iterable[tuple[Any, Step | Expiry, int]]) -> None:
        """Ask the server for all these effects in one write: (key, step, now)."""
        jobs: list[Job] = []
        asked = sorted(wanted, key=lambda one: (one[0][0], not one[1].reads_only))
        shapes = []
        for key, step, now in asked:
            content = self.contents[key[0]]
            commands, assemble = step.prepare(now, key[4])
            drain = step.drain()
            watched: frozenset[bytes] = key[3]
            sent = [*commands, *drain]
            if watched:
                # EXEC would end the WATCH, and outside of MULTI a command may wait.
                bare = [unblocked(one) for one in commands if one[0].upper() not in (b"MULTI", b"EXEC")]
                sent = [(b"WATCH", *sorted(watched)), *bare, (b"MULTI",), (b"EXEC",), (b"UNWATCH",)]
            writes = bool(watched) or not step.reads_only
            asking = self._digest if writes and not watched else None
            jobs.append(
                Job(content.wire, content.sent, content.length, content.replies, sent, writes, asking)
            )
            shapes.append((content, sent, assemble, len(commands), bool(drain)))
        for (key, step, _), (content, sent, assemble, count, drained), (replies, digest) in zip(
            asked, shapes, self._run(jobs, [step for _, step, _ in asked]), strict=True
        ):
            if key[3]:
                self._effects[key] = Effect(None, key[0], (), replies[-2] is None)
                continue
            published: Published = ()
            if drained and replies[count]:
                flat = replies[count]
                published = tuple(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
            after = key[0]
            if digest is not None:
                after = self._by_digest.get(digest[0], -1)
                if after < 0:
                    wire = content.wire + b"".join(map(pack, sent))
                    after = self._intern(
                        digest, wire, content.length + len(sent), content.replies + replies,
                        (*content.sent, *sent),
                    )  # fmt: skip
            try:
                told = assemble(replies[:count])
            except Refused as refused:
                refused.step = step if isinstance(step, Step) else None
                raise
            self._effects[key] = Effect(told, after, published, False, key[4])

    def _run(self, jobs: list[Job], steps: list[Step | Expiry]) -> list[tuple[list[Any], list[Any] | None]]:
        """The server's answers. Where it breaks off, the jobs go one by one, to name the command."""
        try:
            return self.backend.run(jobs)
        except BrokenOff as broken:
            if len(jobs) == 1 and isinstance(steps[0], Step):
                longest = max(steps[0].commands, key=lambda command: sum(map(len, command)))
                refused = Refused(f"{text_of(longest, self.scripts)}: {broken}")
                refused.step = steps[0]
                raise refused from None
            if broken.late or len(jobs) == 1:
                raise
        return [self._run([job], [step])[0] for job, step in zip(jobs, steps, strict=True)]

    def effect(self, step: Step, content: int, now: int, watched: frozenset[bytes] = _NOBODY) -> Effect:
        """One effect, asked for if it is not known."""
        key = self.key(step, content, now, watched)
        if key not in self._effects:
            self.ask([(key, step, now)])
        return self._effects[key]

    def outcome(self, effect: Effect) -> Outcome:
        assert effect.replies is not None
        return self.registry.outcome(effect.replies)

    def expiring(self, content: int, now: int) -> tuple[Any, Expiry, int] | None:
        """What to ask for when time moves on to `now`; None where no deadline passes."""
        if any(deadline < now for deadline in self.contents[content].deadlines):
            return (self.key(self.expiry, content, now), self.expiry, now)
        return None
