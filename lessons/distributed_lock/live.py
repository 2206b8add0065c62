"""The live lock: take it, ask for it, renew it, write under it, give it back, and let time pass."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from lessons.distributed_lock.story import Held, Story
from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Picture
from lessons.staging import load_scripts, times
from patterns.distributed_lock import Lock, Renewal, Resource

if TYPE_CHECKING:
    from lab.bench import Bench

WHO = Text("who", "Worker", "ann")
NAME = Text("name", "Lock", "nightly-report", "What is locked. A name has a lock of its own.")
TTL = Integer("ttl_ms", "Lease", 5_000, 50, 3_600_000, "ms")


def story(bench: Bench) -> Story:
    return note(bench, "live", lambda: Story(bench.clock))


def picture(bench: Bench) -> Picture:
    return story(bench).timeline("Leases and their holders")


def shown(bench: Bench, says: str, *counts: Count, good: bool = True) -> Shown:
    return Shown(says, "good" if good else "warn", counts, picture(bench))


def lock_of(bench: Bench, who: str, name: str, ttl_ms: int) -> Lock:
    load_scripts(bench, "distributed_lock")
    return Lock(bench.client(who), name, ttl_ms, namespace=bench.namespace)


def resource_of(bench: Bench, who: str, held: Held) -> Resource:
    return Resource(bench.client(who), name_of(held), namespace=bench.namespace)


def name_of(held: Held) -> str:
    """The name in lock:{name}."""
    return held.lock.key.partition("{")[2].rstrip("}")


def acquire(bench: Bench, /, *, who: str, name: str, ttl_ms: int) -> Shown:
    """Ask for the lock once."""
    lock = lock_of(bench, who, name, ttl_ms)
    lease = lock.acquire()
    if lease is None:
        left = bench.quiet().pttl(lock.key)
        story(bench).notes(who, "refused", "warn")
        return shown(bench, f"{who} gets nothing: {name} is taken for another {left:,} ms.", good=False)
    story(bench).takes(who, lock, lease)
    return shown(
        bench,
        f"{who} holds {name} for {ttl_ms:,} ms. The fence is {lease.fence}: higher than any holder's before.",
        Count("Fence", lease.fence),
        Count("Lease", ttl_ms, "ms"),
    )


def renew(bench: Bench, /, *, who: str) -> Shown:
    """Start the lease again, if it is still this worker's."""
    held = story(bench).last(who)
    if held is None:
        return empty_handed(bench, who)
    if held.lock.renew(held.lease):
        held.until = story(bench).at() + held.lock.ttl_ms / 1000
        story(bench).notes(who, "renews")
        return shown(bench, f"{who} has the full {held.lock.ttl_ms:,} ms again.")
    story(bench).notes(who, "renewal refused", "warn")
    return shown(bench, f"{who} no longer holds it: the token in Redis is not theirs.", good=False)


def write(bench: Bench, /, *, who: str, value: str) -> Shown:
    """Write to what the lock protects, showing the fence."""
    held = story(bench).last(who)
    if held is None:
        return empty_handed(bench, who)
    fence = held.lease.fence
    late = not held.alive(story(bench).at())
    if resource_of(bench, who, held).write(value, held.lease):
        story(bench).notes(who, f"writes, fence {fence}", "good")
        says = f"The resource took {value!r} from {who} under fence {fence}."
        if late:
            says += (
                " The lease had ended, but nobody with a higher fence has written yet, so nothing was lost."
            )
        return shown(bench, says)
    story(bench).notes(who, f"write refused, fence {fence}", "bad")
    return shown(
        bench,
        f"The resource refused {who}: it has seen a higher fence than {fence}. Nothing changed.",
        good=False,
    )


def release(bench: Bench, /, *, who: str) -> Shown:
    """Give the lock back, if it is still this worker's."""
    held = story(bench).last(who)
    if held is None:
        return empty_handed(bench, who)
    if held.ended is not None:
        return shown(bench, f"{who} has given it back already.", good=False)
    returned = held.lock.release(held.lease)
    held.ended = story(bench).at()
    story(bench).notes(who, "releases" if returned else "release refused", "plain" if returned else "warn")
    if returned:
        return shown(bench, f"{who} gave {name_of(held)} back.")
    return shown(
        bench, f"Nothing to give back: the lease of {who} ran out. No other holder was disturbed.", good=False
    )


def keep_alive(bench: Bench, /, *, ttl_ms: int, work_ms: int) -> Shown:
    """Work for longer than the lease, in real time, while a thread renews it."""
    lock = lock_of(bench, "eve", "long-import", ttl_ms)
    lease = lock.acquire()
    if lease is None:
        return shown(bench, "long-import is taken: let its lease run out first.", good=False)
    held = story(bench).takes("eve", lock, lease)
    before, began = bench.log.mark(), time.monotonic()
    with lock.keep_alive(lease) as renewal:
        lost = works(renewal, work_ms)
    worked = 1_000 * (time.monotonic() - began)
    asked = [command for command in bench.log.since(before).commands if command.name == "EVALSHA"]
    renewals = sum(command.reply == "1" for command in asked)
    lock.release(lease)
    held.ended = story(bench).at()
    held.until = held.until if lost else max(held.until, held.ended)
    story(bench).notes("eve", "releases")
    says = (
        f"eve worked {work_ms:,} ms under a lease of {ttl_ms:,} ms. "
        f"It was renewed {times(renewals)} and never lost."
    )
    if lost:
        says = (
            f"eve stopped after {worked:,.0f} of {work_ms:,} ms: her lease of {ttl_ms:,} ms, renewed "
            f"{times(renewals)}, was lost. This machine was too busy to renew it in time."
        )
    return shown(
        bench,
        says,
        Count("Renewals", renewals),
        good=not lost,
    )


def works(renewal: Renewal, work_ms: int) -> bool:
    """Work in small parts and ask before each whether the lease still holds; True if it was lost."""
    part = threading.Event()
    ends = time.monotonic() + work_ms / 1_000
    while (left := ends - time.monotonic()) > 0:
        if renewal.lost:
            return True
        part.wait(min(left, 0.02))
    return renewal.lost


def empty_handed(bench: Bench, who: str) -> Shown:
    return shown(bench, f"{who} has never held the lock. Let {who} take it first.", good=False)


LIVE = Run(
    "Take it, keep it, give it back",
    (
        Action("Take the lock", acquire, (WHO, NAME, TTL), (Lock.acquire,)),
        Action(
            "Ask for it as somebody else", acquire, (Text("who", "Worker", "ben"), NAME, TTL), (Lock.acquire,)
        ),
        Action("Renew the lease", renew, (WHO,), (Lock.renew,)),
        Action("Write", write, (WHO, Text("value", "Value", "page 1")), (Resource.write,)),
        Action("Give it back", release, (WHO,), (Lock.release,)),
        Action(
            "Work longer than the lease",
            keep_alive,
            (
                Integer("ttl_ms", "Lease", 240, 60, 5_000, "ms"),
                Integer(
                    "work_ms", "Work", 600, 20, 10_000, "ms", "In real time: this button takes that long."
                ),
            ),
            (Lock.keep_alive, Renewal._keep),
        ),
    ),
    picture,
    fast_forward=(2, 5, 60),
)
