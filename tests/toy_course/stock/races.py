"""A race that is only counted here: the explorer has toys of its own."""

from __future__ import annotations

from typing import Any

from lab.scenario import Faults, Scenario
from lessons.model import Race, Version


def buy(redis: Any) -> None:
    redis.decr("stock:{sneaker}")


def both_buy(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario({"Ann": buy, "Ben": buy}, lambda redis, results: None, faults=faults)


RACES = (
    Race(
        "The last pair",
        invariant="One pair is sold once.",
        look="Both look before either takes.",
        anomaly="oversold",
        scenario=both_buy,
        naive=(buy,),
        hardened=(buy,),
    ),
)
