"""The races of the lock: a holder who is late lets go, renews, or writes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew
from lessons.model import Race, Version
from patterns.distributed_lock import Lock, NaiveLock, NaiveResource, Resource

TTL_MS = 5_000


@dataclass(frozen=True)
class Kind:
    """A lock and the resource behind it."""

    lock: type[NaiveLock] | type[Lock]
    resource: type[NaiveResource] | type[Resource]


KINDS: dict[Version, Kind] = {"naive": Kind(NaiveLock, NaiveResource), "hardened": Kind(Lock, Resource)}


def work(redis: Redis, kind: Kind, name: str) -> bool | None:
    """Take the lock, work, let go. The work may last longer than the lease."""
    lock = kind.lock(redis, "report", TTL_MS)
    lease = lock.acquire()
    if lease is None:
        return None
    kind.resource(redis, "report").write(f"by {name}", lease)
    return lock.release(lease)


def stay(redis: Redis, kind: Kind) -> float | None:
    """Take the lock and keep it; from when on it was Ben's at the earliest."""
    began = time.time()
    lease = kind.lock(redis, "report", TTL_MS).acquire()
    if lease is None:
        return None
    kind.resource(redis, "report").write("by Ben", lease)
    return began


def renew(redis: Redis, kind: Kind, name: str) -> float | None:
    """Take the lock, and renew it once; when that was, if Redis said that it was done."""
    lock = kind.lock(redis, "report", TTL_MS)
    lease = lock.acquire()
    if lease is None:
        return None
    asked = time.time()
    return asked if lock.renew(lease) else None


def write_late(redis: Redis, kind: Kind) -> tuple[float, bool] | None:
    """Take the lock, then write: when it was Ann's at the latest, and whether the write was taken."""
    lease = kind.lock(redis, "report", TTL_MS).acquire()
    if lease is None:
        return None
    taken = time.time()
    return taken, kind.resource(redis, "report").write("by Ann", lease)


def write_next(redis: Redis, kind: Kind) -> tuple[float, bool] | None:
    """The same for Ben: when it was his at the earliest."""
    began = time.time()
    lease = kind.lock(redis, "report", TTL_MS).acquire()
    if lease is None:
        return None
    return began, kind.resource(redis, "report").write("by Ben", lease)


def only_its_holder_lets_go(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    began = answered(results).get("Ben")
    if began is None or time.time() >= began + TTL_MS / 1_000:
        return None
    if redis.exists(kind.lock(redis, "report").key):
        return None
    who = " or ".join(name for name, released in answered(results).items() if name != "Ben" and released)
    return f"stolen release: {who or 'somebody'} released the lock that Ben holds"


def one_at_a_time(redis: Redis, results: Mapping[str, Any]) -> str | None:
    now = time.time()
    holders = [
        name
        for name, since in answered(results).items()
        if since is not None and now < since + TTL_MS / 1_000
    ]
    return f"two holders: {' and '.join(holders)} both hold the lock" if len(holders) > 1 else None


def the_last_holder_has_the_last_word(redis: Redis, results: Mapping[str, Any], *, kind: Kind) -> str | None:
    ann, ben = (answered(results).get(name) for name in ("Ann", "Ben"))
    if not ann or not ben or not ben[1]:
        return None
    ttl = TTL_MS / 1_000
    if ben[0] < ann[0] + ttl and time.time() >= ben[0] + ttl:
        return None  # nobody can say who was first; while Ben's lease lasts, it was Ann
    last = kind.resource(redis, "report").read()
    return (
        "stale writer: Ann's lease was over, Ben wrote, and Ann wrote over it" if last == "by Ann" else None
    )


def a_late_release(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    workers = crew(clients, work, kind=kind)
    return Scenario(
        {**workers, "Ben": partial(stay, kind=kind)},
        partial(only_its_holder_lets_go, kind=kind),
        faults=faults,
    )


def a_late_renewal(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    renewing = crew(clients, renew, kind=kind)
    return Scenario({**renewing, "Ben": partial(stay, kind=kind)}, one_at_a_time, faults=faults)


def a_late_write(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {"Ann": partial(write_late, kind=kind), "Ben": partial(write_next, kind=kind)},
        partial(the_last_holder_has_the_last_word, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "A holder who is late lets go",
        invariant="While Ben's lease lasts, nobody but Ben releases the lock.",
        look="Ann takes the lock, her time runs out, Ben takes it, and Ann's DEL deletes what is now Ben's.",
        anomaly="stolen release",
        scenario=a_late_release,
        naive=(NaiveLock.acquire, NaiveLock.release),
        hardened=(Lock.acquire, Lock.release),
        clients=3,
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1, time_jumps=2),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
    Race(
        "A holder who is late renews",
        invariant="No two clients have been told, within one lease, that the lock is theirs.",
        look="PEXPIRE asks whether there is a lock and not whose. Ann goes on with Ben's.",
        anomaly="two holders",
        scenario=a_late_renewal,
        naive=(NaiveLock.acquire, NaiveLock.renew),
        hardened=(Lock.acquire, Lock.renew),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1, time_jumps=2, jumps_ms=(3_000,)),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
    Race(
        "A holder who is late writes",
        invariant="What a later holder wrote is not written over by an earlier one.",
        look="No lock keeps Ann from writing late. The fence of her lease lets the resource refuse.",
        anomaly="stale writer",
        scenario=a_late_write,
        naive=(NaiveLock.acquire, NaiveResource.write),
        hardened=(Lock.acquire, Resource.write),
        faults=Faults(crashes=1, lost_replies=1, time_jumps=2),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=2),
    ),
)
