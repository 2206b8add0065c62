"""The race of the counter: redis-py sends a command again by itself when its reply is lost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import crew
from lessons.model import Race, Version
from patterns.distributed_counter import Counter, NaiveCounter


def counter(redis: Redis, version: Version) -> NaiveCounter | Counter:
    return NaiveCounter(redis, "likes") if version == "naive" else Counter(redis, "likes", parts=2)


def count(redis: Redis, version: Version, name: str) -> bool:
    """Somebody likes the post; the client's retries are as redis-py ships them."""
    return counter(redis, version).add(1, f"{name}'s like")


def once_each(redis: Redis, results: Mapping[str, Any], *, version: Version, events: int) -> str | None:
    total, done = counter(redis, version).total(), len(results)
    if total > events:
        return f"double count: {events} likes were given, and the counter says {total}"
    return f"lost count: {done} likes were counted, and the counter says {total}" if total < done else None


def likes(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, count, version=version),
        partial(once_each, version=version, events=clients),
        faults=faults,
        redis_retry="default",
    )


RACES = (
    Race(
        "The client retries by itself",
        invariant="The counter says how many likes were given.",
        look="INCRBY has happened and its reply is lost. redis-py sends it again, unasked.",
        anomaly="double count",
        scenario=likes,
        naive=(NaiveCounter.add,),
        hardened=(Counter.add,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=3, lost_requests=2),
        beyond="An event is remembered for ten minutes. A retry that comes later counts again.",
    ),
)
