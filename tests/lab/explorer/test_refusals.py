"""What is refused says why in words that are true; what need not be refused is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from redis import Redis, WatchError

from lab.explorer import Verdict, explore
from lab.scenario import Faults, Scenario


def verdict_of(client: Any, **options: Any) -> Verdict:
    return explore(Scenario({"A": client, "B": client}, **options))


def result_of(*commands: tuple[Any, ...]) -> Any:
    """What the last of these commands answers to a client that is alone."""

    def client(r: Redis) -> Any:
        return [r.execute_command(*command) for command in commands][-1]

    results = []

    def keep(r: Redis, found: Any) -> None:
        results.append(found["A"])

    verdict = explore(Scenario({"A": client}, invariant=keep, decode_responses=False))
    assert verdict.status == "proved", verdict.says
    return results[0]


SEED = [("XADD", "s", "1-1", "a", 1), ("XGROUP", "CREATE", "s", "g", 0)]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("COPY", "a", "b", "DB", 1), "COPY with DB: the explorer watches database 0 only"),
        (("MOVE", "a", 1), "MOVE: the explorer watches database 0 only"),
        (("SWAPDB", 0, 1), "SWAPDB: the explorer watches database 0 only"),
        (("FUNCTION", "LIST"), "FUNCTION: libraries of functions are state that no digest shows"),
        (("OBJECT", "ENCODING", "a"), "OBJECT ENCODING: one value may be kept in several ways"),
        (("OBJECT", "IDLETIME", "a"), "depends on the clock"),
        (("DUMP", "s"), "DUMP of a stream with a group, which holds the server's own clock"),
    ],
)
def test_a_command_is_refused_for_its_own_reason(command: tuple[Any, ...], says: str) -> None:
    def seed(r: Redis) -> None:
        for one in SEED:
            r.execute_command(*one)

    verdict = verdict_of(lambda r: r.execute_command(*command), setup=seed)
    assert (verdict.status, says in verdict.says) == ("unsupported", True), verdict.says


@pytest.mark.parametrize("name", ["SUBSCRIBE", "DISCARD"])
def test_a_command_that_stands_alone_is_named_where_it_does_not(name: str) -> None:
    def client(r: Redis) -> None:
        pipe = r.pipeline()
        pipe.execute_command("GET", "a")
        pipe.execute_command(name, *(["x"] if name != "DISCARD" else []))
        pipe.execute()

    verdict = verdict_of(client)
    assert verdict.says == f"A sends {name} in the middle of a pipeline"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("redis.call('COPY', 'a', 'b', 'DB', 1)", "COPY with DB in a script, and the explorer watches"),
        ("redis.call('MOVE', 'a', 1)", "MOVE in a script, and the explorer watches database 0 only"),
        ("redis.call('SWAPDB', 0, 1)", "SWAPDB in a script"),
        ("redis.call('SELECT', 1)", "SELECT in a script"),
        ("redis.call('DUMP', 's')", "DUMP of a stream with a group in a script"),
        ("return _G.redis.call('TIME')", "_G inside a script"),
        ("return loadstring('return 1')()", "loadstring inside a script"),
        ("return load (function() end)", "load inside a script"),
        ("return getfenv(0)", "getfenv inside a script"),
        ("setfenv(1, {})", "setfenv inside a script"),
        ("return debug.getinfo(1)", "debug inside a script"),
        ("return getmetatable(redis).__index.call('TIME')", "getmetatable inside a script"),
    ],
)
def test_a_script_that_reaches_behind_the_explorer_is_refused(body: str, says: str) -> None:
    def seed(r: Redis) -> None:
        for one in SEED:
            r.execute_command(*one)

    verdict = verdict_of(lambda r: r.eval(body, 0), setup=seed)
    assert (verdict.status, says in verdict.says) == ("unsupported", True), verdict.says


@pytest.mark.parametrize(
    "body",
    [
        "-- like _G.x\nreturn 1",
        "--[[ loadstring\n]] return 1",
        "return #'_G' - 1",
        'return #"a \\" debug.x" - 10',
        "local loaded, payload = 1, 1 return payload",
    ],
)
def test_a_script_is_not_refused_for_its_comments_and_its_words(body: str) -> None:
    assert result_of(("EVAL", body, 0)) == 1


def test_what_stays_in_this_database_and_in_the_keyspace_is_explored() -> None:
    text = ("SET", "a", "x")
    assert result_of(text, ("COPY", "a", "b"), ("GET", "b")) == b"x"
    assert result_of(text, ("EVAL", "return redis.call('COPY', 'a', 'b')", 0), ("GET", "b")) == b"x"
    assert result_of(("DUMP", "none")) is None
    assert result_of(text, ("DUMP", "a")) == result_of(text, ("EVAL", "return redis.call('DUMP', 'a')", 0))
    assert result_of(SEED[0], ("DUMP", "s")).startswith(b"\x15")


def test_a_script_restores_with_a_time_to_live_of_the_virtual_clock() -> None:
    script = "redis.call('RESTORE', 'b', ARGV[1], redis.call('DUMP', 'a')) return redis.call('PTTL', 'b')"
    assert result_of(("SET", "a", "x"), ("EVAL", script, 0, 5000)) == 5000
    assert result_of(("SET", "a", "x"), ("EVAL", script, 0, 0)) == -1


def test_pfcount_keeps_its_count_and_so_touches_a_watched_key() -> None:
    def seed(r: Redis) -> None:
        r.pfadd("h", "a")

    def counter(r: Redis) -> Any:
        return r.pfcount("h")

    def watcher(r: Redis) -> str:
        with r.pipeline() as pipe:
            pipe.watch("h")
            pipe.multi()
            pipe.set("k", 1)
            try:
                pipe.execute()
            except WatchError:
                return "refused"
            return "done"

    verdict = explore(Scenario({"A": counter, "B": watcher}, setup=seed))
    assert verdict.status == "proved", verdict.says


def test_an_invariant_may_change_what_the_clients_returned() -> None:
    def client(r: Redis) -> Any:
        return {"mine": [r.incr("n")]}

    def both(r: Redis, results: Any) -> str | None:
        everything = results["A"]["mine"]
        everything.extend(results["B"].pop("mine"))
        return None if sorted(everything) == [1, 2] else f"got {everything}"

    verdict = verdict_of(client, invariant=both, step_invariant=lambda r, results: results.clear())
    assert verdict.status == "proved", verdict.says


def test_a_constant_that_a_client_returns_is_still_that_constant() -> None:
    missing = object()

    def client(r: Redis) -> Any:
        return (r.get("n") or missing, [missing])

    def the_same(r: Redis, results: Any) -> str | None:
        one, (other,) = results["A"]
        return None if one is missing and other is missing else "another object"

    assert explore(Scenario({"A": client}, invariant=the_same)).status == "proved"


def test_a_client_whose_body_never_runs_is_told() -> None:
    async def coroutine(r: Redis) -> None:
        r.set("n", 1)

    async def endless(r: Redis) -> AsyncIterator[int]:
        yield int(r.incr("n"))

    def generator(r: Redis) -> Iterator[int]:
        yield int(r.incr("n"))

    for client, says in (
        (coroutine, "A is a coroutine function (async def): its body never ran"),
        (endless, "A is a generator function: its body never ran"),
        (generator, "A is a generator function: its body never ran"),
        (
            lambda r: (one for one in r.lrange("l", 0, -1)),
            "A returns a generator, which can be read only once",
        ),
        (lambda r: map(int, r.lrange("l", 0, -1)), "A returns a map, which can be read only once"),
    ):
        verdict = verdict_of(client)
        assert (verdict.status, says in verdict.says) == ("unsupported", True), verdict.says


def test_a_proof_in_which_time_never_moved_says_so() -> None:
    stands = verdict_of(lambda r: r.incr("n"), faults=Faults(time_jumps=1))
    assert "Time never moved: nothing has a deadline to jump to; give jumps_ms." in stands.says
    for moves in (
        verdict_of(lambda r: r.set("n", 1, px=10), faults=Faults(time_jumps=1)),
        verdict_of(lambda r: r.incr("n"), faults=Faults(time_jumps=1, jumps_ms=(10,))),
        verdict_of(lambda r: r.incr("n")),
    ):
        assert (moves.status, "Time never moved" in moves.says) == ("proved", False)
