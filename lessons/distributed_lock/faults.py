"""Faults against the lock: a primary that dies with a lease on it, a reply that is lost while taking it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis

from lessons.breaking import Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from patterns.distributed_lock import Lease, Lock, NaiveLock, NaiveResource, Resource

if TYPE_CHECKING:
    from lab.workshop import Workshop

NAME = "report"
WAIT_MS = 50

LEASE = Integer("ttl_ms", "Lease", 10_000, 1_000, 60_000, "ms")


def take(redis: Redis, version: type[NaiveLock] | type[Lock], ttl_ms: int) -> Lease | None:
    return version(redis, NAME, ttl_ms).acquire()


def confirmed(redis: Redis, ttl_ms: int) -> Lease | None:
    """Take the lock, and work only if a replica has it too. Otherwise give it back."""
    lock = Lock(redis, NAME, ttl_ms)
    lease = lock.acquire()
    if lease and redis.wait(1, WAIT_MS) < 1:
        lock.release(lease)
        return None
    return lease


def failover(workshop: Workshop, kind: str, ttl_ms: int) -> Shown:
    """Ann takes the lock, the primary dies before its replica has heard, Ben asks the one that took over."""
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "distributed_lock")
    version: type[NaiveLock] | type[Lock] = NaiveLock if kind == "naive" else Lock
    workshop.progress(0.4, "The replica hears no more")
    pair.stall()
    ann = confirmed(pair.primary, ttl_ms) if kind == "confirmed" else take(pair.primary, version, ttl_ms)
    workshop.progress(0.6, "The primary dies, the replica takes over")
    promoted = pair.fail_over()
    ben = take(promoted, version, ttl_ms)
    workshop.progress(0.8, "Both write, Ben first")
    resource = (NaiveResource if kind == "naive" else Resource)(promoted, NAME)
    rows = [("Ann asks the primary", _answer(ann)), ("Ben asks the new primary", _answer(ben))]
    for who, lease in (("Ben", ben), ("Ann", ann)):
        if lease:
            taken = resource.write(f"the report of {who}", lease)
            rows.append((f"{who} writes", "taken" if taken else "refused"))
    holders = [who for who, lease in (("Ann", ann), ("Ben", ben)) if lease]
    return _told(kind, holders, resource.read(), ann, ben, rows)


def _told(
    kind: str,
    holders: list[str],
    report: str | None,
    ann: Lease | None,
    ben: Lease | None,
    rows: list[tuple[str, str]],
) -> Shown:
    two = len(holders) > 1
    if two and ann and ben and ann.fence:
        why = f" Both leases carry fence {ben.fence}, so the resource could not tell them apart."
    elif not two and kind == "confirmed":
        why = f" Ann heard from no replica within {WAIT_MS} ms and did not begin: rarer, not impossible."
    else:
        why = ""
    hold = "both hold" if two else "holds"
    says = f"{' and '.join(holders)} {hold} the lock; the resource says {report!r}.{why}"
    tone: Tone = "bad" if two else "good"
    return Shown(
        says,
        tone,
        (Count("Holders at one moment", len(holders), "", tone),),
        Table("What happened", ("Who", "Answer"), tuple(TableRow(row) for row in rows)),
    )


def _answer(lease: Lease | None) -> str:
    if lease is None:
        return "not held"
    return f"held, fence {lease.fence}" if lease.fence else "held"


def reply_lost(workshop: Workshop, version: type[NaiveLock] | type[Lock], command: str, ttl_ms: int) -> Shown:
    """The lock is taken, the reply is lost, and the client repeats the command by itself."""
    workshop.progress(0.2, "A server, and a proxy that loses one reply")
    lossy = Lossy(workshop, "distributed_lock")
    lock = version(lossy.client(), NAME, ttl_ms)
    lossy.proxy.drop_reply(command)
    workshop.progress(0.6, "Ann takes the lock")
    ann = lock.acquire()
    left = int(lossy.direct.pttl(lock.key))
    rows = (
        TableRow(("The lock on the server", f"taken, {left:,} ms left" if left > 0 else "free")),
        TableRow(("What Ann was told", _answer(ann))),
    )
    lost = ann is None and left > 0
    says = (
        f"Ann was told that somebody has the lock. It was herself: nobody works for {left:,} ms."
        if lost
        else "Ann holds the lock: the second try found her own token and answered as the first would have."
    )
    return Shown(
        says,
        "bad" if lost else "good",
        (Count("Locked and nobody works", left if lost else 0, "ms", "bad" if lost else "good"),),
        Table("After the lost reply", ("Who", "Says"), rows),
    )


def naive_failover(workshop: Workshop, /, *, ttl_ms: int) -> Shown:
    return failover(workshop, "naive", ttl_ms)


def hardened_failover(workshop: Workshop, /, *, ttl_ms: int) -> Shown:
    return failover(workshop, "hardened", ttl_ms)


def confirmed_failover(workshop: Workshop, /, *, ttl_ms: int) -> Shown:
    return failover(workshop, "confirmed", ttl_ms)


def naive_reply_lost(workshop: Workshop, /, *, ttl_ms: int) -> Shown:
    return reply_lost(workshop, NaiveLock, "SET", ttl_ms)


def hardened_reply_lost(workshop: Workshop, /, *, ttl_ms: int) -> Shown:
    return reply_lost(workshop, Lock, "EVALSHA", ttl_ms)


FAULTS = (
    Experiment(
        "The primary dies before its replica hears of the lock",
        watch="Watch for who holds the lock afterwards, and for the fences of the two.",
        trials=(
            Trial("Naive", naive_failover, "bad", (NaiveLock.acquire,)),
            Trial("Hardened: the token does not help here", hardened_failover, "bad", (Lock.acquire,)),
            Trial("Hardened, and WAIT before the work", confirmed_failover, "good", (confirmed,)),
        ),
        inputs=(LEASE,),
        seconds=1.0,
    ),
    Experiment(
        "The reply to taking it is lost",
        watch="Watch for what the repeated command finds on the server.",
        trials=(
            Trial("Naive", naive_reply_lost, "bad", (NaiveLock.acquire,)),
            Trial("Hardened", hardened_reply_lost, "good", (Lock.acquire,)),
        ),
        inputs=(LEASE,),
        seconds=0.5,
    ),
)

FAULT = Fault("A primary dies, a reply is lost", FAULTS)
