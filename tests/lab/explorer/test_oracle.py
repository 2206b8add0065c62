"""The explorer against an oracle that shares nothing with it: schedules, outcomes, violating schedules."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from zlib import crc32

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lab.explorer import explore, worlds
from lab.scenario import Bounds, Scenario
from lab.server import PrivateServer
from tests.lab.explorer.naive import Naive
from tests.lab.explorer.programs import Program, content, interpret, random_program, seed

PORTIONS = 10


def wrong(outcome: str) -> bool:
    """A predicate without any sense, about one outcome in three."""
    return crc32(outcome.encode()) % 3 == 0


def explored(program: Program, validate: int = 3, backend: Any = "redis") -> tuple[int, int, set[str]]:
    """Schedules, violating schedules, outcomes."""
    outcomes: set[str] = set()

    def client(operations: Any) -> Any:
        def run(r: Redis) -> list[Any]:
            work = interpret(operations, r)
            try:
                call = next(work)
                while True:
                    try:
                        reply = call()
                    except Exception as error:  # noqa: BLE001 - the program's affair
                        call = work.throw(error)
                    else:
                        call = work.send(reply)
            except StopIteration as end:
                return list(end.value)

        return run

    def judge(r: Redis, results: Any) -> str | None:
        told = [results.get(f"{number}", "missing") for number in range(len(program.clients))]
        outcome = str((told, content(r)))
        outcomes.add(outcome)
        return "wrong" if wrong(outcome) else None

    scenario = Scenario(
        clients={f"{number}": client(one) for number, one in enumerate(program.clients)},
        setup=seed,
        invariant=judge,
        faults=program.faults,
        redis_retry="default" if program.retry else "off",
    )
    verdict = explore(scenario, backend=backend, bounds=Bounds(seconds=30), validate=validate)
    assert verdict.status in ("proved", "violated"), verdict.says
    return verdict.schedules, verdict.violating_schedules, outcomes


def true(program: Program, server: PrivateServer) -> tuple[int, int, set[str]]:
    """The same three, found the long way."""

    def connect() -> Redis:
        return Redis(unix_socket_path=server.socket, decode_responses=True, retry=Retry(NoBackoff(), 0))

    found: Counter[str] = Counter()
    for outcome, count in Naive(program, connect).outcomes().items():
        found[outcome.replace("'crashed'", "'missing'").replace("'unfinished'", "'missing'")] += count
    return found.total(), sum(count for outcome, count in found.items() if wrong(outcome)), set(found)


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_random_programs_agree_with_the_naive_search(
    portion: int, redis_server: PrivateServer, oracle_programs: int
) -> None:
    for number in range(portion, oracle_programs, PORTIONS):
        program = random_program(random.Random(number))
        assert explored(program) == true(program, redis_server), f"program {number}:\n{program}"


def test_fakeredis_gives_the_same_verdicts_on_random_programs() -> None:
    for number in range(60):
        program = random_program(random.Random(number))
        assert explored(program) == explored(program, backend="fakeredis"), f"program {number}:\n{program}"


def test_a_planted_bug_makes_the_oracle_bark(
    monkeypatch: pytest.MonkeyPatch, redis_server: PrivateServer
) -> None:
    """Merge keyspaces that differ only in their values, and the numbers must not agree any more."""
    honest = worlds.lua
    monkeypatch.setattr(worlds, "lua", lambda name: honest(name).replace("add(call('DUMP', key))", "add(1)"))
    programs = (random_program(random.Random(number)) for number in range(100))
    assert any(explored(program, validate=0) != true(program, redis_server) for program in programs)


def test_without_the_oracle_the_live_runs_bark_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = worlds.lua
    monkeypatch.setattr(worlds, "lua", lambda name: honest(name).replace("add(call('DUMP', key))", "add(1)"))

    def client(r: Redis) -> Any:
        r.set("a", r.incr("n"))
        return r.get("a")

    verdict = explore(Scenario({"a": client, "b": client}))
    assert verdict.status == "nondeterministic"
