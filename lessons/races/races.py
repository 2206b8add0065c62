"""Races of the chapter: two buyers and the last seat, and one buyer whose reply is lost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew, insist
from lessons.model import Race, Version
from lessons.races.seats import Sale


def look_or_script(redis: Redis, version: Version, name: str) -> bool:
    """Somebody wants the last seat."""
    sale = Sale(redis)
    return sale.look_then_take(name) if version == "naive" else sale.one_script(name)


def multi_or_watch(redis: Redis, version: Version, name: str) -> bool:
    """Somebody wants the last seat, in a transaction."""
    sale = Sale(redis)
    return sale.multi_alone(name) if version == "naive" else sale.watch(name)


def again(redis: Redis, version: Version, name: str) -> bool:
    """Somebody buys one seat, and asks again if no reply comes."""
    sale = Sale(redis)
    if version == "naive":
        return insist(lambda: sale.one_script(name))
    return insist(lambda: sale.once(name, f"order of {name}"))


def seats(redis: Redis, *, count: int) -> None:
    Sale(redis).open(count)


def one_owner(redis: Redis, results: Mapping[str, Any]) -> str | None:
    owners = [name for name, got in answered(results).items() if got]
    return f"oversold: {' and '.join(owners)} have the last seat" if len(owners) > 1 else None


def one_each(redis: Redis, results: Mapping[str, Any]) -> str | None:
    sold = Sale(redis).buyers()
    twice = sorted({name for name in sold if sold.count(name) > 1})
    return f"double booking: {' and '.join(twice)} wanted one seat and has two" if twice else None


def the_last_seat(version: Version, clients: int, faults: Faults) -> Scenario:
    buyers = crew(clients, look_or_script, version=version)
    return Scenario(buyers, one_owner, partial(seats, count=1), faults=faults)


def the_last_seat_in_a_transaction(version: Version, clients: int, faults: Faults) -> Scenario:
    buyers = crew(clients, multi_or_watch, version=version)
    return Scenario(buyers, one_owner, partial(seats, count=1), faults=faults)


def a_reply_is_lost(version: Version, clients: int, faults: Faults) -> Scenario:
    buyers = crew(clients, again, version=version)
    return Scenario(buyers, one_each, partial(seats, count=4), faults=faults)


RACES = (
    Race(
        "Read, decide, write",
        invariant="The last seat has one owner.",
        look="Both have read 1 before either has written.",
        anomaly="oversold",
        scenario=the_last_seat,
        naive=(Sale.look_then_take,),
        hardened=(Sale.one_script,),
        most_clients=4,
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1),
    ),
    Race(
        "MULTI alone, and WATCH",
        invariant="The last seat has one owner.",
        look="The transaction holds together what was decided before it began.",
        anomaly="oversold",
        scenario=the_last_seat_in_a_transaction,
        naive=(Sale.multi_alone,),
        hardened=(Sale.watch,),
        most_clients=3,
        most_faults=Faults(crashes=2),
        beyond="redis-py reports a lost reply of EXEC as WatchError too. Whoever begins again may buy twice.",
    ),
    Race(
        "A reply is lost",
        invariant="Whoever wants one seat has at most one.",
        look="The script has run, its reply is lost, and the buyer asks again.",
        anomaly="double booking",
        scenario=a_reply_is_lost,
        naive=(Sale.one_script,),
        hardened=(Sale.once,),
        clients=1,
        most_clients=3,
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=2, lost_replies=2, lost_requests=2),
        beyond="The sale keeps the order ids for as long as it lasts; here nothing expires.",
    ),
)
