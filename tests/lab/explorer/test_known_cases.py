from __future__ import annotations

from typing import Literal

import pytest

from lab.explorer import explore
from lab.scenario import Bounds
from tests.lab.explorer.cases import CASES, Case


@pytest.mark.parametrize("backend", ["redis", "fakeredis"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_textbook_pattern_gets_its_verdict_and_its_numbers(
    case: Case, backend: Literal["redis", "fakeredis"]
) -> None:
    verdict = explore(case.scenario, backend=backend, bounds=Bounds(seconds=20))
    assert verdict.status == ("violated" if case.violating else "proved"), verdict.says
    assert (verdict.schedules, verdict.violating_schedules) == (case.schedules, case.violating)


def test_the_counterexample_of_the_counter_is_the_shortest_there_is() -> None:
    case = next(case for case in CASES if case.name == "counter GET;SET")
    example = explore(case.scenario).counterexample
    assert example is not None
    assert [(step.actor, step.command) for step in example.steps] == [
        ("C1", "GET n"), ("C2", "GET n"), ("C2", "SET n 1"), ("C1", "SET n 1"),
    ]  # fmt: skip
    assert example.wrong == "lost update: 2 clients are done and n is 1"


def test_the_fewest_faults_come_before_the_fewest_steps() -> None:
    case = next(case for case in CASES if case.name == "limiter INCR;EXPIRE")
    example = explore(case.scenario).counterexample
    assert example is not None
    assert [step.event for step in example.steps] == ["step", "crash", "step"]
    assert example.faults == 1
