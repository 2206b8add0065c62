"""The numbers of a lock, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from lessons.measure import NotHere, round_trips_of, sizes_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.distributed_lock import Lock, NaiveLock, NaiveResource, Resource

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
TTL_MS = 30_000


def fresh(bench: Bench) -> Lock:
    clear(bench, f"lock:{{{NAME}}}*", f"resource:{{{NAME}}}*")
    load_scripts(bench, "distributed_lock")
    return Lock(bench.client("worker"), NAME, TTL_MS, namespace=bench.namespace)


def round_trips(bench: Bench, /) -> str:
    """Take, renew, write, release."""
    lock = fresh(bench)
    resource = Resource(bench.client("worker"), NAME, namespace=bench.namespace)
    begin = bench.log.mark()
    lease = lock.acquire()
    counts = [f"acquire {bench.log.since(begin).round_trips}"]
    if lease is not None:
        for name, call in (
            ("renew", lambda: lock.renew(lease)),
            ("write", lambda: resource.write("page", lease)),
            ("release", lambda: lock.release(lease)),
        ):
            counts.append(f"{name} {round_trips_of(bench, call)}")
    clear(bench, f"lock:{{{NAME}}}*", f"resource:{{{NAME}}}*")
    return f"Hardened: {', '.join(counts)}."


def bytes_held(bench: Bench, /) -> str:
    """The lock while it is held, and the counter that stays."""
    lock = fresh(bench)
    lock.acquire()
    sizes = sizes_of(bench, lock.key, lock.fence_key)
    clear(bench, f"lock:{{{NAME}}}*")
    if isinstance(sizes, NotHere):
        return sizes
    held, fence = sizes
    return (
        f"{held} bytes while held, {fence} for the counter that stays for every name that was ever locked, "
        "without their share of the server's tables."
    )


def without_ttl(bench: Bench, /) -> str:
    """SETNX, and then the client dies before its EXPIRE."""
    key = f"{bench.namespace}lock:{{{NAME}}}"
    clear(bench, f"lock:{{{NAME}}}*")
    bench.quiet().setnx(key, "locked")
    ttl = bench.quiet().ttl(key)
    clear(bench, f"lock:{{{NAME}}}*")
    return f"TTL answers {ttl}: no end. Nobody gets this lock until somebody deletes it by hand."


def compare_and_delete(bench: Bench, /) -> str:
    """Whether this server can release without a script."""
    key = f"{bench.namespace}lock:{{{NAME}}}"
    for command in (("DELEX", key, "IFEQ", "nobody's token"), ("DELIFEQ", key, "nobody's token")):
        try:
            bench.quiet().execute_command(*command)
        except ResponseError as error:
            if "unknown command" not in str(error).lower():
                return f"{bench.backend.title}: {command[0]} answers “{error}”."
        else:
            return f"{bench.backend.title}: it knows {command[0]}."
    return f"{bench.backend.title}: it knows neither DELEX nor Valkey's DELIFEQ, so the script it is."


def waits(bench: Bench, /) -> str:
    """How many replicas confirm a lease here."""
    if not bench.backend.can("wait"):
        return NotHere(bench.backend.why_not("wait"))
    lock = fresh(bench)
    lock.acquire()
    heard = bench.quiet().wait(1, 5)
    clear(bench, f"lock:{{{NAME}}}*")
    return f"WAIT 1 5 answers {heard} on your server" + (
        ": no replica, so one crash without a disk copy loses every lease." if not heard else "."
    )


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Take the lock", NaiveLock.acquire, Lock.acquire),
        Pair("Give it back", NaiveLock.release, Lock.release),
        Pair("Renew it", NaiveLock.renew, Lock.renew),
        Pair("Write to what it protects", NaiveResource.write, Resource.write),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Each step is one round trip; a script that the server does not know yet costs two more, once.",
             "scripting", round_trips),
        Fact("Memory of a lock.", "cmd:memory-usage", bytes_held),
        Fact("SETNX and EXPIRE as two commands: a client that dies in between locks for ever.",
             "cmd:set, cmd:setnx", without_ttl),
        Fact("From Redis 8.4 on, DELEX key IFEQ token compares and deletes in one command; Valkey has "
             "DELIFEQ from 9.0 on.", "cmd:delex, valkey:delifeq",
             compare_and_delete),
        Fact("Replication is asynchronous. WAIT counts the replicas that have a write; the lock is still not "
             "consistent.", "cmd:wait, replication", waits),
        Fact("Redlock asks five independent primaries for a majority of three. What is left of the lease is "
             "its TTL minus the time it took, minus an allowance for clock drift.", "lock"),
        Fact("The TTL runs on the server's wall clock, which is not monotonic: when it jumps ahead, leases "
             "end early; when it falls back, they last longer.", "lock"),
        Fact("In 2013 a partition test of Redis with Sentinel lost 56 % of the acknowledged writes. That "
             "version is old; what was not replicated is still lost in a failover.", "jepsen:redis, cluster"),
    ),
)  # fmt: skip
