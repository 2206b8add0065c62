"""The race of the throttle: a client that dies between the count and its TTL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import crew
from lessons.model import Race, Version
from patterns.request_throttle import NaiveThrottle, Throttle

Kind = type[NaiveThrottle] | type[Throttle]

KINDS: dict[Version, Kind] = {"naive": NaiveThrottle, "hardened": Throttle}


def allow(redis: Redis, kind: Kind, name: str) -> bool:
    """A server asks whether mia may have one more request."""
    return kind(redis, "api", 2, 10).allow("mia").allowed


def nothing_for_ever(redis: Redis, results: Mapping[str, Any]) -> str | None:
    for key in redis.keys("throttle:*"):
        if redis.pttl(key) == -1:
            return f"immortal key: {key!s} has no TTL, and nobody is left to set it"
    return None


def asked(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(crew(clients, allow, kind=KINDS[version]), nothing_for_ever, faults=faults)


RACES = (
    Race(
        "A client dies between count and TTL",
        invariant="When all are done or dead, no count is kept for ever.",
        look="INCRBY says 1, and whoever heard it dies. Everybody after that hears 2 and sets no TTL.",
        anomaly="immortal key",
        scenario=asked,
        naive=(NaiveThrottle.allow,),
        hardened=(Throttle.allow,),
        clients=3,
        most_clients=4,
        faults=Faults(crashes=1, time_jumps=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=1, time_jumps=2),
    ),
)
