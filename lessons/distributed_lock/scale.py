"""What locks cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.distributed_lock import Lock

if TYPE_CHECKING:
    from lab.bench import Bench

NAMES = 5_000
KEYS = "lock:{order-*"


def locks(bench: Bench) -> list[Lock]:
    """A lock for each of some orders, on the unseen client."""
    clear(bench, KEYS)
    load_scripts(bench, "distributed_lock")
    quiet, namespace = bench.quiet(), bench.namespace
    return [Lock(quiet, f"order-{number:08}", 30_000, namespace=namespace) for number in range(NAMES)]


def counters(bench: Bench, /) -> Sample:
    """What stays of a name that was ever locked; an operation is taking a lock and giving it back."""
    names = locks(bench)

    def fill() -> list[str]:
        for lock in names:
            if lease := lock.acquire():
                lock.release(lease)
        return [lock.fence_key for lock in names]

    one = Lock(bench.client("worker"), "order-one-more", 30_000, namespace=bench.namespace)

    def take_and_give_back() -> None:
        if lease := one.acquire():
            one.release(lease)

    return sample_of(bench, fill, NAMES, take_and_give_back, KEYS)


def held(bench: Bench, /) -> Sample:
    """What a lock takes while it is held; an operation is one refusal, of which a waiter gets many."""
    names = locks(bench)
    for lock in names:  # their counters are there before, so that only what is held is measured
        if lease := lock.acquire():
            lock.release(lease)

    def fill() -> list[str]:
        for lock in names:
            lock.acquire()
        return [lock.key for lock in names]

    waiter = Lock(bench.client("worker"), "order-00000000", 30_000, namespace=bench.namespace)
    return sample_of(bench, fill, NAMES, waiter.acquire, KEYS)


def of_one_lock(redis: Redis) -> Sequence[str]:
    lock = Lock(redis, "report")
    return lock.key, lock.fence_key


def of_many_locks(redis: Redis) -> Sequence[str]:
    return [Lock(redis, f"report-{number}").key for number in range(8)]


COST = Cost(
    "The sum for a lock for each order",
    (
        Estimate(
            "name that was ever locked", "names", counters, 50_000_000, "many slots", "job", 5_000,
            why="The fence counter stays: a fence that began again at 1 would shut every new holder out.",
        ),
        Estimate(
            "lock that is held", "locks", held, 20_000, "many slots", "refusal", 20_000,
            why="Only what is held at one moment counts; a lease that ends is gone by itself.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Locks on a cluster",
    (
        Keys(
            "One lock and its fence", "meet", of_one_lock,
            "One script gives out the lease and counts the fence.",
        ),
        Keys(
            "The locks of eight reports", "spread", of_many_locks,
            "Different names have nothing to do with each other, so they may lie anywhere.",
        ),
    ),
)  # fmt: skip

RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"

PRODUCTION = Production(
    "In production",
    Dial(
        "Give a lock back, only if it is still mine",
        (
            Way(
                "6.2", "A script of GET, compare, DEL",
                "Three steps that nobody can come between. The script works on every version.",
                "lock, scripting",
                call=("EVAL", RELEASE, "1", "{key}", "my-token"),
                seed=(("SET", "{key}", "my-token", "PX", "30000"),),
            ),
            Way(
                "8.4", "DELEX with IFEQ",
                "One command compares and deletes. Taking the lock stays SET with NX and PX.",
                "cmd:delex",
                call=("DELEX", "{key}", "IFEQ", "my-token"),
                seed=(("SET", "{key}", "my-token", "PX", "30000"),),
                valkey=False,
            ),
        ),
    ),
)  # fmt: skip
