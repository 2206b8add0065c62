"""Holders that sleep through their lease, in a crowd and one step at a time, under both versions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lessons.distributed_lock.story import Story
from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Shown
from lessons.staging import clear, load_scripts, plural, values
from patterns.distributed_lock import Lock, NaiveLock, NaiveResource, Resource

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

Version = tuple[type[NaiveLock] | type[Lock], type[NaiveResource] | type[Resource]]

NAIVE: Version = (NaiveLock, NaiveResource)
HARDENED: Version = (Lock, Resource)
PATIENCE = 20.0

CROWD: tuple[Input, ...] = (
    Integer("workers", "Workers", 6, 2, 12, help="Each is a real thread with a connection of its own."),
    Integer("ttl_ms", "Lease", 5_000, 1_000, 60_000, "ms"),
)


@dataclass(slots=True)
class Night:
    """What the workers have in common: who took the lock in which order, and whose turn it is to wake."""

    bench: Bench
    stage: str
    story: Story
    workers: int
    turn: threading.Condition = field(default_factory=threading.Condition)
    taken: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    stolen: int = 0

    def waits(self, until: Callable[[], bool]) -> None:
        """Wait for a turn; a worker that failed elsewhere must not hang the others."""
        if not self.turn.wait_for(until, timeout=PATIENCE):
            raise TimeoutError("another worker never had its turn")

    @property
    def stale(self) -> int:
        """Writes that were taken after a write of somebody who held the lock later."""
        places = [self.taken.index(worker) for worker in self.accepted]
        return sum(any(before > place for before in places[:i]) for i, place in enumerate(places))


def works_late(night: Night, version: Version, name: str, ttl_ms: int) -> Callable[[Redis], bool]:
    """Take the lock, sleep through the lease, wake up, write, release: what one worker does."""

    def job(redis: Redis) -> bool:
        lock = version[0](redis, night.stage, ttl_ms, namespace=night.bench.namespace)
        resource = version[1](redis, night.stage, namespace=night.bench.namespace)
        again = threading.Event()
        while (lease := lock.acquire()) is None:
            again.wait(0.005)
        with night.turn:
            held = night.story.takes(name, lock, lease)
            night.taken.append(name)
            if len(night.taken) < night.workers:
                night.bench.fast_forward(ttl_ms / 1000)
            night.turn.notify_all()
            # The last to fall asleep wakes first, so the oldest lease writes last.
            place = len(night.taken)
            night.waits(lambda: len(night.taken) + len(night.woken) == 2 * night.workers - place)
            accepted = resource.write(f"the report of {name}", lease)
            if not accepted:
                night.story.notes(name, "write refused", "good")
            elif night.woken:  # somebody who holds a later lease has written already
                night.story.notes(name, "stale write taken", "bad")
            else:
                night.story.notes(name, "write taken", "good")
            night.woken.append(name)
            if accepted:
                night.accepted.append(name)
            night.turn.notify_all()
            night.waits(lambda: len(night.woken) == night.workers and len(night.released) == place - 1)
            if lock.release(lease):
                night.stolen += name != night.taken[-1]
                night.story.notes(name, "releases", "plain" if name == night.taken[-1] else "bad")
            held.ended = night.story.at()
            night.released.append(name)
            night.turn.notify_all()
        return accepted

    return job


def burst(version: Version, bench: Bench, *, workers: int, ttl_ms: int) -> Shown:
    """Every worker takes the lock, sleeps longer than its lease, wakes up and writes."""
    stage = "night-naive" if version is NAIVE else "night-hardened"
    clear(bench, f"lock:{{{stage}}}*", f"resource:{{{stage}}}*")
    load_scripts(bench, "distributed_lock")
    night = Night(bench, stage, Story(bench.clock), workers)
    names = [f"worker {number + 1:02}" for number in range(workers)]
    values(bench.together({name: works_late(night, version, name, ttl_ms) for name in names}))
    final = version[1](bench.quiet(), stage, namespace=bench.namespace).read()
    expected = f"the report of {night.taken[-1]}"
    broken = night.stale > 0 or night.stolen > 0
    return Shown(
        f"{plural(workers, 'worker')} slept through their leases and wrote. "
        f"{plural(night.stale, 'stale write was', 'stale writes were')} taken. The resource holds {final!r}, "
        f"the last holder wrote {expected!r}. "
        f"{plural(night.stolen, 'lock was', 'locks were')} freed by somebody who no longer held it.",
        "bad" if broken else "good",
        (
            Count("Believed that they held it, at one moment", workers, "holders", "warn"),
            Count("Stale writes taken", night.stale, "", "bad" if night.stale else "good"),
            Count("Writes refused", workers - len(night.accepted), "", "plain"),
            Count("Stolen releases", night.stolen, "", "bad" if night.stolen else "good"),
        ),
        night.story.timeline(
            "A night of long pauses", "Time is moved on past each lease; nobody waits for it."
        ),
    )


def naive_burst(bench: Bench, /, *, workers: int, ttl_ms: int) -> Shown:
    return burst(NAIVE, bench, workers=workers, ttl_ms=ttl_ms)


def hardened_burst(bench: Bench, /, *, workers: int, ttl_ms: int) -> Shown:
    return burst(HARDENED, bench, workers=workers, ttl_ms=ttl_ms)


BURST = Burst(
    "A night of long pauses",
    naive=Action(
        "Naive: everyone sleeps too long", naive_burst, CROWD, (NaiveLock.release, NaiveResource.write)
    ),
    hardened=Action(
        "Hardened: everyone sleeps too long", hardened_burst, CROWD, (Lock.release, Resource.write)
    ),
)
