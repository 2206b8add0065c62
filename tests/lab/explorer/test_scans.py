"""SCAN and its kin: one batch is explored, several are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from redis import Redis

from lab.explorer import explore
from lab.scenario import Scenario

LONG = "x" * 70
"""A value that Redis keeps in no listpack."""
SEEDS: dict[str, Callable[[Redis, int], Any]] = {
    "SCAN": lambda r, many: r.mset({f"k{number}": 1 for number in range(many)}),
    "HSCAN": lambda r, many: r.hset("k", mapping={f"f{number}": LONG for number in range(many)}),
    "SSCAN": lambda r, many: r.sadd("k", *(f"{LONG}{number}" for number in range(many))),
    "ZSCAN": lambda r, many: r.zadd("k", {f"{LONG}{number}": number for number in range(many)}),
}
SCANS: dict[str, Callable[[Redis, int], list[Any]]] = {
    "SCAN": lambda r, count: list(r.scan_iter(count=count)),
    "HSCAN": lambda r, count: list(r.hscan_iter("k", count=count)),
    "SSCAN": lambda r, count: list(r.sscan_iter("k", count=count)),
    "ZSCAN": lambda r, count: list(r.zscan_iter("k", count=count)),
}


def scenario(name: str, many: int, count: int) -> Scenario:
    return Scenario(
        {"scanner": lambda r: len(SCANS[name](r, count)), "other": lambda r: r.ping()},
        setup=lambda r: SEEDS[name](r, many),
        invariant=lambda r, results: str(results) if results["scanner"] != many else None,
    )


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_that_comes_in_one_batch_is_one_step(name: str) -> None:
    verdict = explore(scenario(name, 19, 20))
    assert (verdict.status, verdict.schedules) == ("proved", 2), verdict.says


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_in_several_batches_is_refused_by_its_name(name: str) -> None:
    verdict = explore(scenario(name, 20, 20))
    assert verdict.status == "unsupported"
    assert f"scanner sends {name}: 20 elements" in verdict.says


@pytest.mark.parametrize("backend", ["redis", "fakeredis"])
def test_what_redis_keeps_in_one_piece_it_answers_in_one(backend: Literal["redis", "fakeredis"]) -> None:
    def seed(r: Redis) -> None:
        r.hset("k", mapping={f"f{number}": 1 for number in range(100)})

    verdict = explore(
        Scenario({"scanner": lambda r: len(list(r.hscan_iter("k", count=10)))}, setup=seed), backend=backend
    )
    assert verdict.status == "proved", verdict.says


def test_nobody_is_in_between_when_a_setup_or_an_invariant_scans() -> None:
    def seed(r: Redis) -> None:
        SEEDS["SCAN"](r, 40)
        for name in list(r.scan_iter(count=10)):
            r.set(name, 2)

    def twice(r: Redis, results: Any) -> str | None:
        return None if {r.get(name) for name in r.scan_iter(count=10)} == {"2"} else "missed one"

    verdict = explore(Scenario({"a": lambda r: r.get("k1")}, setup=seed, invariant=twice))
    assert verdict.status == "proved", verdict.says


def test_a_count_that_is_none_gets_redis_own_error() -> None:
    verdict = explore(Scenario({"a": lambda r: r.execute_command("SCAN", 0, "COUNT", 0)}))
    assert (verdict.status, "syntax error" in verdict.says) == ("violated", True)
