"""The races of this lesson. The race lab runs them in every order there is: one must break, one is proved.

A scenario is made anew for each search, from the version, the number of clients and the faults that the
learner has set. Its clients are plain functions of a client of Redis: no threads, no sleeping, no globals
that change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import answered, crew
from lessons.model import Race, Version

from .shop import KEY, buy_hardened, buy_naive

BUY: dict[Version, Callable[[Redis], bool]] = {"naive": buy_naive, "hardened": buy_hardened}


def one_pair(redis: Redis) -> None:
    """What is there before anybody comes."""
    redis.set(KEY, 1)


def customer(redis: Redis, name: str, buy: Callable[[Redis], bool]) -> bool:
    """What each client does; what it returns is its result."""
    return buy(redis)


def never_oversold(redis: Redis, results: Mapping[str, Any]) -> str | None:
    """Looked at when all are done: what is wrong, beginning with the anomaly's name, or None."""
    sold = sum(result is True for result in answered(results).values())
    return f"oversold: one pair was in stock, {sold} customers have one" if sold > 1 else None


def last_pair(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(crew(clients, customer, buy=BUY[version]), never_oversold, one_pair, faults=faults)


RACES = (
    Race(
        "The last pair",  # in an address and in a scene list: the-last-pair
        invariant="One pair is sold once at most.",
        look="Both look before either takes.",
        anomaly="oversold",
        scenario=last_pair,
        naive=(buy_naive,),
        hardened=(buy_hardened,),
        most_clients=4,
        faults=Faults(crashes=1),  # at first
        most_faults=Faults(crashes=2, lost_replies=1),  # as far as the learner may turn them
    ),
)
