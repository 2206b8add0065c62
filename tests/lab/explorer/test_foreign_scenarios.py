"""What scenarios have shown that somebody else wrote: their verdicts were wrong, or no sentence came."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import NoScriptError, ResponseError

from lab.explorer import Verdict, explore, replay
from lab.explorer.graph import Graph
from lab.scenario import Faults, Scenario

SCRIPT = "return redis.call('INCR', 'n')"
SHA = hashlib.sha1(SCRIPT.encode()).hexdigest()


def by_hand(r: Redis) -> Any:
    try:
        return r.evalsha(SHA, 0)
    except NoScriptError:
        return r.eval(SCRIPT, 0)


def later(r: Redis) -> Any:
    r.ping()
    return by_hand(r)


def if_it_exists(r: Redis) -> Any:
    if not r.script_exists(SHA)[0]:
        return r.eval(SCRIPT, 0)
    return r.evalsha(SHA, 0)


def or_none(r: Redis) -> Any:
    try:
        return r.evalsha(SHA, 0)
    except NoScriptError:
        return "no script"


def outcomes_of(clients: dict[str, Any], **options: Any) -> tuple[Verdict, set[str]]:
    found = set()

    def keep(_: Redis, results: Any) -> None:
        found.add(str(sorted(results.items())))

    verdict = explore(Scenario(clients, invariant=keep, **options))
    return verdict, found


@pytest.mark.parametrize(
    ("client", "symmetric", "schedules"),
    [(by_hand, False, 2), (by_hand, True, 2), (later, False, 6), (later, True, 6), (if_it_exists, False, 2)],
)
def test_a_script_sent_by_hand_where_the_server_does_not_know_it(
    client: Any, symmetric: bool, schedules: int
) -> None:
    verdict, outcomes = outcomes_of({"A": client, "B": client}, symmetric=symmetric)
    assert (verdict.status, verdict.schedules) == ("proved", schedules), verdict.says
    assert symmetric or outcomes == {"[('A', 1), ('B', 2)]", "[('A', 2), ('B', 1)]"}


def test_a_schedule_with_such_a_script_is_walked_without_a_search() -> None:
    scenario = Scenario({"A": later, "B": later}, invariant=lambda r, found: "A" if found["A"] == 1 else None)
    example = explore(scenario).counterexample
    assert example is not None
    again = replay(scenario, example.address)
    assert (again.wrong, again.story()) == ("A", example.story())


def test_a_script_that_the_setup_has_loaded_is_there() -> None:
    verdict, outcomes = outcomes_of({"A": or_none}, setup=lambda r: r.script_load(SCRIPT))
    assert (verdict.status, outcomes) == ("proved", {"[('A', 1)]"}), verdict.says


def test_whether_a_script_is_there_does_not_hang_on_the_order_of_the_names() -> None:
    first = outcomes_of({"A": or_none, "B": lambda r: r.script_load(SCRIPT)})
    last = outcomes_of({"B": lambda r: r.script_load(SCRIPT), "A": or_none})
    assert first[0].says == last[0].says
    assert first[1] == last[1] == {f"[('A', 1), ('B', '{SHA}')]"}


def test_a_script_that_redis_py_loads_itself_begins_no_search_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    honest = Graph.__post_init__
    monkeypatch.setattr(Graph, "__post_init__", lambda self: (begun.append(self), honest(self)))

    def registered(r: Redis) -> Any:
        r.ping()
        return r.register_script(SCRIPT)()

    verdict, _ = outcomes_of({"A": registered, "B": registered})
    assert (verdict.status, verdict.schedules, len(begun)) == ("proved", 6, 1), verdict.says


def test_an_invariant_that_sends_the_script_is_no_client() -> None:
    def registered(r: Redis, _: Any) -> str | None:
        r.register_script(SCRIPT)()
        return None

    verdict = explore(Scenario({"A": or_none}, invariant=registered, symmetric=True))
    assert verdict.graph is not None
    assert verdict.graph.keyspace(0) is not None


@pytest.mark.parametrize(
    "call",
    [
        "call('SET', 'k', 'v', ARGV[1])", "call('EXPIRE', 'k', 10, nil)", "call('TTL', 'k', nil)",
        "call('KEYS', '*', nil)", "call('TIME', nil)", "call('DBSIZE', nil)",
        "call('PUBLISH', 'c', 'm', nil)", "pcall('EXPIRE', 'k', 10, nil)", "call('SET', 'k', nil)",
        "call('SET', 'k', nil, 'NX')",
    ],
)  # fmt: skip
def test_a_nil_at_the_end_is_refused_in_a_script_as_redis_refuses_it(raw_redis: Redis, call: str) -> None:
    def told(r: Redis) -> str:
        r.set("k", 1)
        with pytest.raises(ResponseError) as raised:
            r.eval(f"return redis.{call}", 0)
        return str(raised.value).partition(" script: ")[0]

    verdict, outcomes = outcomes_of({"A": told})
    assert (verdict.status, outcomes) == ("proved", {str([("A", told(raw_redis))])}), verdict.says


def test_a_sleep_until_a_time_that_has_passed_raises() -> None:
    def client(r: Redis) -> None:
        end = time.time() + 1
        r.ping()
        time.sleep(end - time.time())  # noqa: TID251 - the virtual one

    verdict = explore(Scenario({"A": client}, faults=Faults(time_jumps=1, jumps_ms=(2_000,))))
    assert verdict.status == "violated"
    assert "ValueError: sleep length must be non-negative" in verdict.says


class Array:
    """Like numpy's: comparing two is no truth."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("the truth value is ambiguous")

    __hash__ = None  # type: ignore[assignment]


def itself() -> list[Any]:
    one: list[Any] = []
    one.append(one)
    return one


def test_a_client_that_writes_another_script_in_every_run_is_named() -> None:
    numbers = itertools.count()

    def one(redis: Redis) -> Any:
        script = f"return {next(numbers)}"
        try:
            return redis.evalsha(hashlib.sha1(script.encode()).hexdigest(), 0)
        except NoScriptError:
            redis.get("x")
            return redis.eval(script, 0)

    verdict = explore(Scenario({"A": one, "B": one}))
    assert verdict.status == "nondeterministic"
    assert "different scripts" in verdict.says


@pytest.mark.parametrize("value", [Array, itself])
def test_a_result_that_cannot_be_compared_is_a_result(value: Any) -> None:
    verdict = explore(Scenario({"A": lambda r: (r.incr("n"), value())[1], "B": lambda r: r.incr("n")}))
    assert (verdict.status, verdict.schedules) == ("proved", 2), verdict.says


def test_zero_and_minus_zero_are_two_results() -> None:
    verdict, outcomes = outcomes_of({"A": lambda r: -0.0 if r.get("n") else 0.0, "B": lambda r: r.incr("n")})
    assert (verdict.schedules, len(outcomes)) == (2, 2)


async def never(*_: Any) -> None:
    raise AssertionError


def unread(*_: Any) -> Iterator[None]:
    yield None


@pytest.mark.parametrize("part", ["setup", "invariant", "step_invariant"])
@pytest.mark.parametrize(
    ("function", "says"),
    [
        (never, "is a coroutine function (async def): its body never ran"),
        (unread, "returns a generator, and nobody reads it: its body never ran"),
        (lambda *_: map(str, "ab"), "returns a map, and nobody reads it: its body never ran"),
    ],
)
def test_a_setup_or_an_invariant_whose_body_never_ran_is_named(part: Any, function: Any, says: str) -> None:
    verdict = explore(Scenario({"A": lambda r: r.incr("n")}, **{part: function}))
    assert (verdict.status, verdict.says) == ("unsupported", f"the {part.removeprefix('step_')} {says}")
