from __future__ import annotations

from typing import Any

import pytest

from lab import Bounds, Faults, Scenario, Verdict, explore


def client(redis: Any) -> Any:
    return redis.incr("n")


@pytest.mark.parametrize("name", ["crashes", "lost_replies", "lost_requests", "time_jumps"])
def test_a_budget_is_never_negative(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Faults(**{name: -1})


def test_a_time_jump_goes_forward() -> None:
    with pytest.raises(ValueError, match="millisecond"):
        Faults(time_jumps=1, jumps_ms=(0,))


@pytest.mark.parametrize(
    "bounds", [{"steps_per_client": 0}, {"states": 0}, {"seconds": 0.0}, {"seconds": float("nan")}]
)
def test_every_bound_is_positive(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Bounds(**bounds)


def test_a_scenario_has_clients() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Scenario(clients={})


def test_a_retry_policy_is_one_of_two() -> None:
    with pytest.raises(ValueError, match="redis_retry"):
        Scenario(clients={"a": client}, redis_retry="sometimes")  # type: ignore[arg-type]


def test_symmetric_clients_run_the_same_function() -> None:
    with pytest.raises(ValueError, match="same function"):
        Scenario(clients={"a": client, "b": lambda redis: None}, symmetric=True)


def test_the_interface_of_the_lab_is_enough() -> None:
    verdict = explore(Scenario(clients={"a": client, "b": client}, faults=Faults(crashes=1)))
    assert isinstance(verdict, Verdict)
    assert (verdict.status, verdict.schedules) == ("proved", 6)
