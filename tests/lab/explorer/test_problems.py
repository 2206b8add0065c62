"""What cannot be explored is called by its name: never a wrong verdict, never a hang."""

from __future__ import annotations

import gc
import logging
import random
import socket
import threading
from typing import Any

import pytest
from redis import Redis

from lab.explorer import explore
from lab.scenario import Bounds, Faults, Scenario


def verdict_of(client: Any, count: int = 2, **options: Any) -> Any:
    return explore(Scenario({f"C{number}": client for number in range(1, count + 1)}, **options))


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("SPOP", "s"), "SPOP"),
        (("RANDOMKEY",), "RANDOMKEY"),
        (("SELECT", 1), "SELECT"),
        (("FCALL", "f", 0), "FCALL"),
        (("CLIENT", "PAUSE", 1), "CLIENT"),
        (("CONFIG", "SET", "x", 1), "CONFIG"),
        (("FT.SEARCH", "i", "x"), "FT.SEARCH"),
        (("NOSUCHCOMMAND",), "NOSUCHCOMMAND"),
        (("XREAD", "BLOCK", 0, "STREAMS", "s", "$"), "XREAD"),
        (("XINFO", "CONSUMERS", "s", "g"), "XINFO"),
        (("EVAL", "return redis.call('SPOP', KEYS[1])", 1, "s"), "SPOP"),
        (("EVAL", "return redis.call('S' .. 'POP', KEYS[1])", 1, "s"), "SPOP"),
        (("EVAL", "return math.random()", 0), "math.random"),
        (("EVAL", "return redis.call('PUB' .. 'LISH', 'c', 'x')", 0), "PUBLISH"),
    ],
)
def test_a_command_that_cannot_be_explored_is_named(command: tuple[Any, ...], named: str) -> None:
    verdict = verdict_of(lambda r: r.execute_command(*command))
    assert verdict.status == "unsupported"
    assert named in verdict.says
    assert "C1" in verdict.says


def test_a_client_that_starts_a_thread_is_refused() -> None:
    verdict = verdict_of(lambda r: threading.Thread(target=r.ping).start())
    assert (verdict.status, "starts a thread" in verdict.says) == ("unsupported", True)


def test_a_client_that_opens_its_own_connection_is_refused() -> None:
    def by_redis(r: Redis) -> Any:
        return Redis(port=1).get("x")

    def by_socket(r: Redis) -> Any:
        return socket.create_connection(("127.0.0.1", 1))

    for client in (by_redis, by_socket):
        verdict = verdict_of(client)
        assert (verdict.status, "connection of its own" in verdict.says) == ("unsupported", True)


def test_a_wait_that_outlasts_the_socket_timeout_is_refused_where_redis_py_would_retry() -> None:
    for seconds in (5, 0):
        verdict = verdict_of(lambda r, seconds=seconds: r.blpop("q", seconds), redis_retry="default")
        assert (verdict.status, "BLPOP" in verdict.says, "5 s" in verdict.says) == ("unsupported", True, True)
    assert verdict_of(lambda r: r.blpop("q", 4.9), redis_retry="default").status == "proved"
    assert verdict_of(lambda r: r.blpop("q", 0)).status == "proved"


def test_a_proof_with_crashes_says_where_none_was_explored() -> None:
    def lost(r: Redis, results: Any) -> str | None:
        return None if r.llen("q") or results.get("C1") else "lost"

    last = verdict_of(
        lambda r: r.lpop("q"), 1, setup=lambda r: r.rpush("q", "j"), invariant=lost, faults=Faults(1)
    )
    assert (last.status, "never after its last" in last.says) == ("proved", True)
    assert "crashes" not in verdict_of(lambda r: r.lpop("q")).says


def test_a_client_that_waits_for_another_thread_is_refused() -> None:
    verdict = verdict_of(lambda r: threading.Event().wait())
    assert (verdict.status, "another thread" in verdict.says) == ("unsupported", True)


def test_a_shared_python_object_is_noticed() -> None:
    shared: list[int] = []

    def client(r: Redis) -> None:
        r.get("x")
        shared.append(1)
        r.set("x", len(shared))

    verdict = verdict_of(client)
    assert verdict.status == "nondeterministic"
    assert "shared object" in verdict.says


def test_a_shared_object_that_only_the_counterexample_meets_is_noticed() -> None:
    shared: list[int] = []

    def rare(r: Redis) -> Any:
        if [r.get("n") for _ in range(5)] != ["1", "2", "3", "4", "5"]:
            return 0
        shared.append(1)
        return len(shared)

    def writer(r: Redis) -> None:
        for _ in range(5):
            r.incr("n")

    scenario = Scenario(
        {"rare": rare, "writer": writer}, lambda r, results: "met" if results["rare"] else None
    )
    verdict = explore(scenario, bounds=Bounds(seconds=20))
    assert (verdict.status, "shared object" in verdict.says) == ("nondeterministic", True)


def test_a_random_number_from_outside_is_noticed() -> None:
    outside = random.SystemRandom().getrandbits(30)
    numbers = iter(range(outside, outside + 10_000))

    def client(r: Redis) -> None:
        r.set("x", next(numbers))
        r.get("x")

    assert verdict_of(client).status == "nondeterministic"


def test_an_exception_is_a_violation_with_its_story() -> None:
    def client(r: Redis) -> Any:
        return 1 // int(r.incr("n") - 2)

    verdict = verdict_of(client)
    assert verdict.status == "violated"
    assert "ZeroDivisionError" in verdict.says
    assert [step.actor for step in verdict.counterexample.steps] == ["C1", "C2"]


def test_an_exception_that_is_expected_is_a_result() -> None:
    def client(r: Redis) -> Any:
        return 1 // int(r.incr("n") - 2)

    assert verdict_of(client, may_raise=(ZeroDivisionError,)).status == "proved"


class Taken(Exception):
    """Says nothing of what it holds."""

    def __init__(self, number: int) -> None:
        super().__init__("taken")
        self.number = number


def test_exceptions_that_hold_other_things_are_other_results() -> None:
    def by_attribute(r: Redis) -> None:
        raise Taken(r.incr("n"))

    def by_cause(r: Redis) -> None:
        raise Taken(0) from Taken(r.incr("n"))

    def number(error: Any) -> int:
        return int((error.__cause__ or error).number)

    def by_itself(r: Redis) -> None:
        error = Taken(r.incr("n"))
        raise error from error

    for client in (by_attribute, by_cause, by_itself):
        seen = set()

        def keep(r: Redis, results: Any, seen: set[Any] = seen) -> None:
            seen.add((number(results["C1"]), number(results["C2"])))

        assert verdict_of(client, invariant=keep, may_raise=(Taken,)).status == "proved"
        assert seen == {(1, 2), (2, 1)}


def test_an_endless_loop_without_commands_is_ended_and_its_line_named() -> None:
    def client(r: Redis) -> None:
        r.get("x")
        while True:
            pass

    verdict = explore(Scenario({"C1": client}), bounds=Bounds(seconds=0.3))
    assert verdict.status == "unsupported"
    assert "endless loop" in verdict.says
    assert "test_problems.py" in verdict.says


def test_a_failing_setup_is_not_a_verdict() -> None:
    with pytest.raises(ZeroDivisionError):
        verdict_of(lambda r: r.get("x"), setup=lambda r: 1 // 0)


def test_a_failing_invariant_is_not_a_verdict() -> None:
    def invariant(r: Redis, results: Any) -> None:
        raise KeyError("a bug of the invariant")

    with pytest.raises(KeyError):
        verdict_of(lambda r: r.get("x"), invariant=invariant)


def test_an_assertion_of_the_invariant_is_a_violation() -> None:
    def invariant(r: Redis, results: Any) -> None:
        assert r.get("x") is None, "x is there"

    verdict = verdict_of(lambda r: r.set("x", 1), invariant=invariant)
    assert (verdict.status, "x is there" in verdict.says) == ("violated", True)


def test_a_step_invariant_is_asked_in_every_state() -> None:
    def client(r: Redis) -> None:
        r.incr("inside")
        r.decr("inside")

    def alone(r: Redis, results: Any) -> str | None:
        return "two are inside" if int(r.get("inside") or 0) > 1 else None

    verdict = verdict_of(client, step_invariant=alone)
    assert (verdict.status, verdict.schedules, verdict.violating_schedules) == ("violated", 6, 4)
    assert len(verdict.counterexample.steps) == 2


def test_a_bound_is_never_a_proof() -> None:
    def client(r: Redis) -> None:
        for _ in range(6):
            r.incr("n")

    verdict = explore(Scenario({"a": client, "b": client, "c": client}), bounds=Bounds(states=50))
    assert verdict.status == "bounded"
    assert "50 states" in verdict.says
    quick = explore(Scenario({f"{n}": client for n in range(5)}), bounds=Bounds(seconds=0.05))
    assert quick.status == "bounded"


def test_what_a_stopped_search_has_seen_is_told_and_no_number_of_all_schedules() -> None:
    def client(r: Redis) -> None:
        for _ in range(8):
            r.incr("n")

    def below_three(r: Redis, results: Any) -> str | None:
        return "too many: n is 3" if r.get("n") == "3" else None

    def never(r: Redis, results: Any) -> str:
        return "too many: at the end"

    clients = {"a": client, "b": client, "c": client}
    early = explore(Scenario(clients, step_invariant=below_three), bounds=Bounds(states=60))
    assert (early.status, early.stopped, early.schedules) == ("violated", "60 states", 0)
    assert early.says == (
        "What was seen before the search stopped at 60 states violates the invariant: too many: n is 3"
    )
    assert early.counterexample is not None
    assert len(early.counterexample.steps) == 3
    assert early.validated_live == 5

    def loses(r: Redis) -> None:
        r.set("n", int(r.get("n") or 0) + 1)

    whole = explore(Scenario({"a": loses, "b": loses}, invariant=never))
    assert (whole.status, whole.stopped) == ("violated", "")
    assert whole.says.startswith("6 of 6 schedules violate")

    def long(r: Redis) -> None:
        while int(r.incr("n")) < 4:
            pass

    cut = explore(Scenario({"a": long, "b": long}, invariant=never), bounds=Bounds(steps_per_client=3))
    assert (cut.status, cut.stopped) == ("violated", "3 steps of a client")
    assert "of" not in cut.says.partition(" violates")[0].split("3 steps")[0]


def test_a_client_that_everybody_has_forgotten_ends_quietly() -> None:
    def client(r: Redis) -> None:
        try:
            r.get("x")
            r.get("y")
        finally:
            r.set("z", 1)

    verdict = verdict_of(client, faults=Faults(crashes=1))
    del verdict
    gc.collect()
    assert verdict_of(client).status == "proved"


def test_a_client_that_logs_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def client(r: Redis) -> None:
        logging.getLogger("pattern").warning("once more")
        r.get("x")

    verdict_of(client)
    assert caplog.records == []
    logging.getLogger("pattern").warning("afterwards")
    assert len(caplog.records) == 1


def test_a_script_may_ask_about_groups_and_not_about_idle_consumers() -> None:
    def seed(r: Redis) -> None:
        r.xgroup_create("s", "g", mkstream=True)

    fine = verdict_of(lambda r: r.eval("return redis.call('XINFO', 'GROUPS', 's')", 0), setup=seed)
    assert fine.status == "proved"
    idle = verdict_of(lambda r: r.eval("return redis.call('XINFO', 'CONSUMERS', 's', 'g')", 0), setup=seed)
    assert (idle.status, "XINFO CONSUMERS" in idle.says) == ("unsupported", True)


def test_the_clients_end_after_a_problem_and_the_next_scenario_is_clean() -> None:
    verdict_of(lambda r: r.execute_command("SPOP", "s"))
    assert verdict_of(lambda r: r.incr("n"), faults=Faults(crashes=1)).status == "proved"
