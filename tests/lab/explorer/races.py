"""Scenarios that the isolated process finds by their names."""

from __future__ import annotations

import itertools

from lab.scenario import Faults, Scenario
from tests.lab.explorer import learners
from tests.lab.explorer.cases import count_badly, nothing_lost

COUNTER = Scenario({"Ann": count_badly, "Ben": count_badly}, invariant=nothing_lost)


def many(clients: int, crashes: int = 0) -> Scenario:
    """As the learner has set it."""
    return Scenario(
        {f"C{n}": count_badly for n in range(clients)}, invariant=nothing_lost, faults=Faults(crashes)
    )


def learners_own() -> Scenario:
    return Scenario({"Ann": learners.count, "Ben": learners.count}, invariant=nothing_lost)


def stuck() -> Scenario:
    # No signal gets into the middle of this.
    return Scenario({"Ann": lambda r: sum(itertools.repeat(1, 10**15))})
