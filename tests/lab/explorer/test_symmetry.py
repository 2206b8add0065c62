from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from lab.explorer import explore
from lab.scenario import Faults, Scenario
from tests.lab.explorer.cases import count_badly, count_well, nothing_lost, poll_badly, poll_well, watched


@pytest.mark.parametrize("client", [count_badly, count_well, poll_badly, poll_well, watched])
@pytest.mark.parametrize("faults", [Faults(), Faults(crashes=1, lost_replies=1)])
def test_symmetry_changes_the_work_and_no_number(client: Any, faults: Faults) -> None:
    def seed(r: Redis) -> None:
        r.zadd("jobs", {"one": 1, "two": 2})

    clients = {name: client for name in ("Ann", "Ben", "Cid")}
    options: dict[str, Any] = {"setup": seed, "invariant": nothing_lost, "faults": faults}
    if client is watched and faults.crashes:
        clients.pop("Cid")
    plain = explore(Scenario(clients, **options))
    symmetric = explore(Scenario(clients, symmetric=True, **options))
    assert symmetric.status == plain.status
    assert symmetric.schedules == plain.schedules
    assert symmetric.violating_schedules == plain.violating_schedules
    assert symmetric.states <= plain.states
    if plain.counterexample:
        assert symmetric.counterexample is not None
        ours = [(step.event, step.command) for step in symmetric.counterexample.steps]
        assert ours == [(step.event, step.command) for step in plain.counterexample.steps]
        assert symmetric.counterexample.wrong
