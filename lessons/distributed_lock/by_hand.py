"""One night in eight steps: A sleeps, B takes over, A wakes up. The same buttons for both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessons.distributed_lock.story import Story
from lessons.distributed_lock.trouble import HARDENED, NAIVE, Version
from lessons.inputs import Integer
from lessons.model import Action, Run, Shown
from lessons.notes import note
from lessons.pictures import Picture, Tone
from lessons.staging import clear, load_scripts
from patterns.distributed_lock import Lock, NaiveLock

if TYPE_CHECKING:
    from lab.bench import Bench


class Night:
    """The stage of one version: its lock, its resource, and the story so far."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.title = "naive" if version is NAIVE else "hardened"
        self.name = f"report-{self.title}"

    def story(self, bench: Bench) -> Story:
        return note(bench, f"by hand, {self.title}", lambda: Story(bench.clock))

    def picture(self, bench: Bench) -> Picture:
        return self.story(bench).timeline(f"Who holds the {self.title} lock")

    def shown(self, bench: Bench, says: str, tone: Tone = "plain") -> Shown:
        return Shown(says, tone, picture=self.picture(bench))

    def lock(self, bench: Bench, who: str, ttl_ms: int) -> NaiveLock | Lock:
        return self.version[0](bench.client(who), self.name, ttl_ms, namespace=bench.namespace)

    def begin(self, bench: Bench, /, *, ttl_ms: int) -> Shown:
        """A clean stage, and A takes the lock."""
        clear(bench, f"lock:{{{self.name}}}*", f"resource:{{{self.name}}}*")
        load_scripts(bench, "distributed_lock")
        bench_story = note(bench, f"by hand, {self.title}", lambda: Story(bench.clock), anew=True)
        lock = self.lock(bench, "A", ttl_ms)
        if (lease := lock.acquire()) is not None:
            bench_story.takes("A", lock, lease)
        return self.shown(bench, f"A holds the lock for {ttl_ms:,} ms and begins to work.", "good")

    def sleep(self, bench: Bench, /) -> Shown:
        """A is stopped, by its garbage collector or its host, until its lease has run out."""
        story = self.story(bench)
        held = story.last("A")
        if held is None or not held.alive(story.at()):
            return self.shown(
                bench, "A holds no lease that could run out. Begin with the first button.", "warn"
            )
        bench.fast_forward(held.until - story.at() + 0.001)
        return self.shown(bench, "A slept. Redis has dropped the lock, and A does not know.", "warn")

    def take(self, bench: Bench, /, *, who: str) -> Shown:
        story = self.story(bench)
        before = story.believers()
        first = story.last("A")
        ttl_ms = first.lock.ttl_ms if first else 5_000
        lock = self.lock(bench, who, ttl_ms)
        if (lease := lock.acquire()) is None:
            story.notes(who, "refused")
            return self.shown(bench, f"{who} gets nothing: the lock is taken.")
        story.takes(who, lock, lease)
        others = [one for one in before if one != who]
        if not others:
            return self.shown(bench, f"{who} holds the lock.", "good")
        return self.shown(bench, f"{who} holds the lock while {' and '.join(others)} still works.", "warn")

    def renew(self, bench: Bench, /) -> Shown:
        """A wakes up and renews what it believes to be its own."""
        story = self.story(bench)
        held = story.last("A")
        if held is None:
            return self.not_yet(bench, "A")
        if not held.lock.renew(held.lease):
            story.notes("A", "renewal refused", "good")
            return self.shown(bench, "Refused: the token in Redis is not A's. Now A knows.", "good")
        owner = [one for one in story.believers() if one != "A"]
        stolen = bool(owner) and story.at() >= held.until
        story.notes("A", "renews" if not stolen else "renews B's lock", "bad" if stolen else "plain")
        if stolen:
            if (robbed := story.last(owner[-1])) is not None:
                robbed.until = story.at() + robbed.lock.ttl_ms / 1000
            return self.shown(
                bench, f"A was told yes: it has prolonged the lock of {owner[-1]}. Two holders go on.", "bad"
            )
        held.until = story.at() + held.lock.ttl_ms / 1000
        return self.shown(bench, "A has its full time again.", "good")

    def write(self, bench: Bench, /, *, who: str) -> Shown:
        story = self.story(bench)
        held = story.last(who)
        if held is None:
            return self.not_yet(bench, who)
        resource = self.version[1](bench.client(who), self.name, namespace=bench.namespace)
        before = resource.read()
        if not resource.write(f"the report of {who}", held.lease):
            story.notes(who, f"write refused, fence {held.lease.fence}", "good")
            return self.shown(
                bench,
                f"Refused: fence {held.lease.fence} is too old. The resource still holds {before!r}.",
                "good",
            )
        stale = held.began < story.newest_write
        story.newest_write = max(story.newest_write, held.began)
        story.notes(who, "stale write" if stale else "writes", "bad" if stale else "good")
        if stale:
            return self.shown(bench, f"{who} wrote over {before!r}: stale writer. Nobody was told.", "bad")
        return self.shown(bench, f"The resource holds the report of {who}.", "good")

    def release(self, bench: Bench, /, *, who: str) -> Shown:
        story = self.story(bench)
        held = story.last(who)
        if held is None:
            return self.not_yet(bench, who)
        owners = [one for one in story.believers() if one != who]
        overdue = story.at() >= held.until
        freed = held.lock.release(held.lease)
        held.ended = story.at()
        stolen = freed and overdue and bool(owners)
        story.notes(who, "frees another's lock" if stolen else "releases" if freed else "release refused",
                    "bad" if stolen else "plain" if freed else "good")  # fmt: skip
        if stolen:
            if (robbed := story.last(owners[-1])) is not None:
                robbed.until = min(robbed.until, story.at())
            return self.shown(bench, f"{who} has freed the lock of {owners[-1]}: stolen release.", "bad")
        if freed:
            return self.shown(bench, f"{who} gave the lock back.", "good")
        return self.shown(bench, f"Refused: it is not {who}'s lock. Its holder is not disturbed.", "good")

    def not_yet(self, bench: Bench, who: str) -> Shown:
        return self.shown(
            bench, f"{who} has not taken the lock yet. Go through the buttons in order.", "warn"
        )

    def step(self, heading: str) -> Run:
        """The eight buttons, in order."""

        def b_takes(bench: Bench, /) -> Shown:
            return self.take(bench, who="B")

        def b_writes(bench: Bench, /) -> Shown:
            return self.write(bench, who="B")

        def a_writes(bench: Bench, /) -> Shown:
            return self.write(bench, who="A")

        def a_releases(bench: Bench, /) -> Shown:
            return self.release(bench, who="A")

        def c_takes(bench: Bench, /) -> Shown:
            return self.take(bench, who="C")

        lock, resource = self.version
        lease = Integer("ttl_ms", "Lease", 5_000, 100, 60_000, "ms")
        return Run(
            heading,
            (
                Action("1. A takes the lock", self.begin, (lease,), (lock.acquire,)),
                Action("2. A sleeps longer than its lease", self.sleep, (), (lock.acquire,)),
                Action("3. B takes the lock", b_takes, (), (lock.acquire,)),
                Action("4. B writes", b_writes, (), (resource.write,)),
                Action("5. A wakes up and renews", self.renew, (), (lock.renew,)),
                Action("6. A writes", a_writes, (), (resource.write,)),
                Action("7. A releases", a_releases, (), (lock.release,)),
                Action("8. C asks, while B is at work", c_takes, (), (lock.acquire,)),
            ),
            self.picture,
            fast_forward=(5,),
        )


BY_HAND = Night(NAIVE).step("Break it, one step at a time")
BY_HAND_HARDENED = Night(HARDENED).step("The same night, hardened")
