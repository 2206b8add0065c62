from __future__ import annotations

import json
from typing import Any

import pytest
from redis import Redis

from lab import Bounds, Faults, Scenario, explore, replay
from lab.explorer import Schedule
from lab.server import PrivateServer
from tests.lab.explorer.cases import CASES, count_badly, nothing_lost

BROKEN = [case for case in CASES if case.violating]
COUNTER = Scenario({"Ann": count_badly, "Ben": count_badly}, nothing_lost)


def example(scenario: Scenario) -> Schedule:
    found = explore(scenario, bounds=Bounds(seconds=60)).counterexample  # this machine may be busy
    assert found is not None
    return found


def test_the_story_reads_line_by_line() -> None:
    assert example(COUNTER).story().splitlines() == [
        " 1. Ann  GET n  ->  nil",
        " 2. Ben  GET n  ->  nil",
        " 3. Ben  SET n 1  ->  OK",
        " 4. Ann  SET n 1  ->  OK",
        "=>  lost update: 2 clients are done and n is 1",
    ]


def test_a_schedule_is_values_that_json_knows_and_a_sequence_diagram() -> None:
    schedule = example(COUNTER)
    assert json.loads(json.dumps(schedule.as_json()))["address"] == "1.2.2.1"
    diagram = schedule.to_mermaid().splitlines()
    assert diagram[0] == "sequenceDiagram"
    assert "    participant C1 as Ann" in diagram
    assert "    C2->>R: SET n 1" in diagram


def test_the_copied_test_fails_until_the_pattern_is_right() -> None:
    text = example(COUNTER).to_pytest("tests.lab.explorer.races:COUNTER")
    names: dict[str, Any] = {}
    exec(compile(text, "copied", "exec"), names)
    with pytest.raises(AssertionError):
        names["test_this_schedule_keeps_the_promise"]()


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_counterexample_is_replayed_by_its_address(case: Any) -> None:
    schedule = example(case.scenario)
    again = replay(case.scenario, schedule.address)
    assert again.wrong == schedule.wrong
    assert [step.says for step in again.steps] == [step.says for step in schedule.steps]


def wait_for_news(redis: Redis) -> object:
    pubsub = redis.pubsub()
    pubsub.subscribe("news")
    pubsub.get_message()
    return pubsub.get_message(timeout=1)


def test_a_client_that_waits_for_a_while_is_replayed_too() -> None:
    scenario = Scenario({"Ann": wait_for_news, "Ben": count_badly}, lambda redis, results: "seen")
    schedule = example(scenario)
    again = replay(scenario, schedule.address)
    assert [step.says for step in again.steps] == [step.says for step in schedule.steps]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_counterexample_happens_on_real_clients_too(case: Any, redis_server: PrivateServer) -> None:
    def connect(name: str) -> Redis:
        retry = {} if case.scenario.redis_retry == "default" else {"retry": None}
        return Redis(unix_socket_path=redis_server.socket, decode_responses=True, **retry)

    connect("time").flushall()
    schedule = example(case.scenario)
    assert schedule.replay(connect).wrong == schedule.wrong


def test_the_graph_is_walked_by_hand() -> None:
    verdict = explore(COUNTER)
    walk = verdict.graph
    assert walk is not None
    assert [choice.code for choice in walk.enabled(0)] == ["1", "2"]
    state = walk.step(walk.step(0, "1"), "2")
    assert [standing.next_command for standing in walk.clients(state)] == ["SET n 1", "SET n 1"]
    assert walk.clients(state)[0].places[0].function == "count_badly"
    end = walk.step(walk.step(state, "2"), "1")
    assert [standing.status for standing in walk.clients(end)] == ["done", "done"]
    assert walk.enabled(end) == ()
    assert walk.wrong(end)
    assert [key.value for key in walk.keyspace(end).keys] == ["1"]
    with pytest.raises(ValueError, match="not possible here"):
        walk.step(end, "1")


def test_walking_goes_on_where_the_search_has_stopped() -> None:
    verdict = explore(COUNTER, bounds=Bounds(states=3))
    walk = verdict.graph
    assert verdict.status == "bounded"
    assert walk is not None
    state = 0
    for code in ("1", "2", "2", "1"):
        state = walk.step(state, code)
    assert walk.enabled(state) == ()


def test_faults_have_their_letters() -> None:
    def client(r: Redis) -> None:
        r.set("x", 1, px=500)
        r.get("x")

    faults = Faults(crashes=1, lost_replies=1, lost_requests=1, time_jumps=1)
    walk = explore(Scenario({"Ann": client}, faults=faults)).graph
    assert walk is not None
    state = walk.step(0, "1")
    assert {choice.code for choice in walk.enabled(state)} == {"1", "1l", "1q", "1c", "t"}
    after = walk.step(state, "t")
    assert walk.clock_ms(after) == 501
    assert walk.keyspace(after).keys == ()
