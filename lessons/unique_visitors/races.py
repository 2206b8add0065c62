"""The races of the visitor count: a visit that is sent again, and a visitor who comes on two days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from lessons.staging import plural
from patterns.unique_visitors import NaiveVisitors, Visitors

Kind = type[NaiveVisitors] | type[Visitors]

KINDS: dict[Version, Kind] = {"naive": NaiveVisitors, "hardened": Visitors}
DAYS = (date(2100, 1, 1), date(2100, 1, 2))


def visit(redis: Redis, kind: Kind, name: str) -> bool:
    """Somebody looks at the page, and the visit is sent again if no reply came."""
    insist(lambda: kind(redis, "shop").visit("home", name, DAYS[0]))
    return True


def visit_twice(redis: Redis, kind: Kind, name: str) -> None:
    """Somebody looks at the page on two days."""
    for day in DAYS:
        kind(redis, "shop").visit("home", name, day)


def once_each(redis: Redis, results: Mapping[str, Any], *, kind: Kind, visitors: int) -> str | None:
    came, counted = len(answered(results)), kind(redis, "shop").count("home", DAYS[0]).count
    if counted > visitors:
        return f"double count: {plural(visitors, 'visitor')} came at most, {_were(counted)} counted"
    return f"undercount: {plural(came, 'visitor')} came, {_were(counted)} counted" if counted < came else None


def nobody_twice(redis: Redis, results: Mapping[str, Any], *, kind: Kind, visitors: int) -> str | None:
    counted = kind(redis, "shop").count_span("home", DAYS).count
    return (
        f"double count: {plural(visitors, 'visitor')} in two days, {_were(counted)} counted"
        if counted > visitors
        else None
    )


def _were(counted: int) -> str:
    return plural(counted, "was", "were")


def one_day(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, visit, kind=kind), partial(once_each, kind=kind, visitors=clients), faults=faults
    )


def two_days(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, visit_twice, kind=kind),
        partial(nobody_twice, kind=kind, visitors=clients),
        faults=faults,
    )


RACES = (
    Race(
        "A visit is sent again",
        invariant="Everybody who came is counted, and nobody twice.",
        look="PFADD said 1, and the reply is lost. The retry hears 0, and INCR is never sent.",
        anomaly="undercount",
        scenario=one_day,
        naive=(NaiveVisitors.visit,),
        hardened=(Visitors.visit,),
        most_clients=4,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1),
    ),
    Race(
        "The same people on two days",
        invariant="Two days count nobody twice.",
        look="Any order breaks it: whoever came on both days is in both numbers.",
        anomaly="double count",
        scenario=two_days,
        naive=(NaiveVisitors.count_span,),
        hardened=(Visitors.count_span,),
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=1),
    ),
)
