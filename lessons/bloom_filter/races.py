"""The races of the filter: two callers add one item, and a filter that goes missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew
from lessons.model import Race, Version
from patterns.bloom_filter import CoreSeenFilter, FilterMissing, NaiveSeenFilter, SeenFilter

Kind = type[NaiveSeenFilter] | type[SeenFilter] | type[CoreSeenFilter]

KINDS: dict[Version, Kind] = {"naive": NaiveSeenFilter, "hardened": SeenFilter}
CORE: dict[Version, Kind] = {"naive": NaiveSeenFilter, "hardened": CoreSeenFilter}
PLACES = 1_000


def on(redis: Redis, kind: Kind) -> NaiveSeenFilter | SeenFilter | CoreSeenFilter:
    return kind(redis, "names", capacity=PLACES)


def register(redis: Redis, kind: Kind, name: str) -> bool:
    """Somebody registers the name mia; whether they are told that it was free."""
    return on(redis, kind).add("mia")


def let_in(redis: Redis, kind: Kind, name: str) -> str:
    """mia knocks: turned away if the filter says no, and asked for in the database if it does not know."""
    match on(redis, kind).might_contain("mia"):
        case False:
            return "turned away"
        case None:
            return "ask the database"
    return "come in"


def evict(redis: Redis, kind: Kind) -> None:
    """Memory is full, and the filter is what goes."""
    redis.delete(on(redis, kind).key)


def register_another(redis: Redis, kind: Kind) -> bool:
    """Somebody registers the name bob meanwhile."""
    try:
        return on(redis, kind).add("bob")
    except FilterMissing:
        return False


def empty(redis: Redis, *, kind: Kind) -> None:
    on(redis, kind).rebuild(list)


def with_mia(redis: Redis, *, kind: Kind) -> None:
    on(redis, kind).rebuild(lambda: ["mia"])


def one_was_first(redis: Redis, results: Mapping[str, Any]) -> str | None:
    first = [name for name, was_first in answered(results).items() if was_first]
    return f"both saw it first: {' and '.join(first)} were told that mia is free" if len(first) > 1 else None


def mia_is_known(redis: Redis, results: Mapping[str, Any]) -> str | None:
    told = answered(results)
    turned = [name for name, heard in told.items() if heard == "turned away"]
    return (
        f"lost filter: {' and '.join(turned)} asked for mia, who is registered, and was turned away"
        if turned
        else None
    )


def same_name(version: Version, clients: int, faults: Faults) -> Scenario:
    return registering(KINDS[version], clients, faults)


def same_name_on_core(version: Version, clients: int, faults: Faults) -> Scenario:
    return registering(CORE[version], clients, faults)


def registering(kind: Kind, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, register, kind=kind), one_was_first, partial(empty, kind=kind), faults=faults
    )


def a_lost_filter(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {
            "Ann": partial(let_in, kind=kind, name="Ann"),
            "Bob": partial(register_another, kind=kind),
            "memory": partial(evict, kind=kind),
        },
        mia_is_known,
        partial(with_mia, kind=kind),
        faults=faults,
    )


RACES = (
    Race(
        "Two callers add one item",
        invariant="At most one caller is told that the name was free.",
        look="Both hear from BF.EXISTS that it is not there, before either adds it.",
        anomaly="both saw it first",
        scenario=same_name,
        naive=(NaiveSeenFilter.add,),
        hardened=(SeenFilter.add,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        needs=("bloom",),
    ),
    Race(
        "The filter goes missing",
        invariant="Nobody who is registered is turned away.",
        look="To BF.EXISTS a missing filter is an empty one, and BF.ADD makes a new one that looks alive.",
        anomaly="lost filter",
        scenario=a_lost_filter,
        naive=(NaiveSeenFilter.might_contain,),
        hardened=(SeenFilter.might_contain,),
        clients=3,
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        needs=("bloom",),
    ),
    Race(
        "Two callers, without the module",
        invariant="At most one caller is told that the name was free.",
        look="The bits of the item are looked at and set in one script: one of two callers finds one unset.",
        anomaly="both saw it first",
        scenario=same_name_on_core,
        naive=(NaiveSeenFilter.add,),
        hardened=(CoreSeenFilter.add,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        needs=("bloom",),
        twin="The hardened version here is core.py, which needs no Bloom module.",
    ),
)
