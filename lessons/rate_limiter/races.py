"""The races of the rate limiter: the last free place, and the boundary between two windows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew
from lessons.model import Race, Version
from patterns.rate_limiter import NaiveRateLimiter, RateLimiter

Kind = type[NaiveRateLimiter] | type[RateLimiter]

KINDS: dict[Version, Kind] = {"naive": NaiveRateLimiter, "hardened": RateLimiter}
WINDOW_S = 10


def ask(redis: Redis, kind: Kind, limit: int, name: str) -> bool:
    """A server asks whether mia may have one more request."""
    return kind(redis, "api", limit, WINDOW_S).allow("mia").allowed


def ask_four_times(redis: Redis, kind: Kind, limit: int, name: str) -> list[tuple[float, float]]:
    """The same for four requests in a row, and between which two moments each was admitted."""
    admitted = []
    before = time.time()
    for _ in range(4):
        allowed = kind(redis, "api", limit, WINDOW_S).allow("mia").allowed
        after = time.time()
        if allowed:
            admitted.append((before, after))
        before = after
    return admitted


def no_more_than(redis: Redis, results: Mapping[str, Any], *, limit: int) -> str | None:
    admitted = sum(answered(results).values())
    return (
        f"over-admission: {admitted} requests were admitted, the limit is {limit}"
        if admitted > limit
        else None
    )


def no_more_in_any_window(redis: Redis, results: Mapping[str, Any], *, limit: int) -> str | None:
    """So many that certainly lie within one window, whenever in its interval each was admitted."""
    admitted = sorted(span for spans in answered(results).values() for span in spans)
    for first, _ in admitted:
        within = [end - first for start, end in admitted if start >= first and end - first < WINDOW_S]
        if len(within) > limit:
            limits = f"the limit is {limit} in {WINDOW_S} s"
            return f"double burst: {len(within)} requests within {max(within):.1f} s, {limits}"
    return None


def the_last_place(version: Version, clients: int, faults: Faults) -> Scenario:
    limit = clients - 1
    return Scenario(
        crew(clients, ask, kind=KINDS[version], limit=limit),
        partial(no_more_than, limit=limit),
        faults=faults,
    )


def the_boundary(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, ask_four_times, kind=KINDS[version], limit=2),
        partial(no_more_in_any_window, limit=2),
        faults=faults,
    )


RACES = (
    Race(
        "The last free place",
        invariant="No more requests are admitted than the limit.",
        look="All read the same count below the limit, and each counts itself afterwards.",
        anomaly="over-admission",
        scenario=the_last_place,
        naive=(NaiveRateLimiter.allow,),
        hardened=(RateLimiter.allow,),
        clients=3,
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=1),
        beyond="After a window the places are free again: rightly.",
    ),
    Race(
        "The boundary between two windows",
        invariant="No ten seconds, wherever they begin, see more than two requests admitted.",
        look="One request opens a window, one comes at its end. A moment later the count is 0 again.",
        anomaly="double burst",
        scenario=the_boundary,
        naive=(NaiveRateLimiter.allow,),
        hardened=(RateLimiter.allow,),
        clients=1,
        most_clients=1,
        faults=Faults(time_jumps=2, jumps_ms=(6_000,)),
        most_faults=Faults(crashes=1, lost_replies=1, time_jumps=3),
    ),
)
