from __future__ import annotations

from typing import Any

from redis import Redis

from lab.explorer import explore
from lab.explorer.linearize import linearizable
from lab.scenario import UNKNOWN, Faults, Scenario


def counter(state: int, operation: tuple[str, Any]) -> tuple[bool, int]:
    """A counter that returns its new value."""
    _, result = operation
    return result is UNKNOWN or result == state + 1, state + 1


def badly(r: Redis) -> int:
    value = int(r.get("n") or 0) + 1
    r.set("n", value)
    return value


def well(r: Redis) -> int:
    return int(r.incr("n"))


def of(client: Any, count: int, **options: Any) -> Any:
    clients = {f"C{number}": client for number in range(count)}
    return explore(Scenario(clients, linearizable_as=counter, initially=0, **options))


def test_a_counter_of_get_and_set_is_not_linearizable() -> None:
    verdict = of(badly, 3)
    assert (verdict.status, verdict.schedules, verdict.violating_schedules) == ("violated", 90, 84)
    assert "not linearizable" in verdict.says


def test_a_counter_of_incr_is() -> None:
    verdict = of(well, 3)
    assert (verdict.status, verdict.schedules) == ("proved", 6)


def test_an_operation_that_never_returned_may_have_happened() -> None:
    assert of(well, 3, faults=Faults(crashes=1, lost_replies=1)).status == "proved"


def test_real_time_counts() -> None:
    names = ("A", "B")
    assert linearizable(counter, 0, names, {"A": 2, "B": 1}, (0, 0))
    assert not linearizable(counter, 0, names, {"A": 2, "B": 1}, (0, 1))
    assert not linearizable(counter, 0, names, {"A": 2, "B": 2}, (0, 0))


def test_a_stale_read_is_found_although_every_value_is_right_somewhere() -> None:
    def writer(r: Redis) -> str:
        r.set("x", 1)
        return "written"

    def reader(r: Redis) -> Any:
        copy = r.get("copy")
        if copy is None:
            copy = r.get("x") or "0"
            r.set("copy", copy)
        return copy

    def register(state: str, operation: tuple[str, Any]) -> tuple[bool, str]:
        name, result = operation
        if name == "writer":
            return True, "1"
        return result in (UNKNOWN, state), state

    scenario = Scenario(
        {"writer": writer, "one": reader, "two": reader}, linearizable_as=register, initially="0"
    )
    verdict = explore(scenario)
    assert verdict.status == "violated"
    assert 0 < verdict.violating_schedules < verdict.schedules
