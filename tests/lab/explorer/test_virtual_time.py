from __future__ import annotations

import gc
import time
from typing import Any

import pytest
from redis import Redis

from lab.explorer import explore
from lab.explorer.virtual_time import EPOCH_MS
from lab.scenario import Bounds, Faults, Scenario

PROGRAMS = {
    "strings": """
        SET a 1 EX 100; TTL a; SET b 1 PX 50000; TTL b; SETEX c 7 x; TTL c; PSETEX d 7000 x; TTL d;
        GETEX a EX 30; TTL a; GETEX a PERSIST; TTL a; SET d 2 KEEPTTL; TTL d; SET d 3; TTL d; TTL
        none; SET e 1 EX 0; SETEX e -1 x; SET a 1 NX GET EX 9
    """,
    "deadlines": """
        SET a 1; EXPIRE a 100 NX; TTL a; EXPIRE a 50 GT; EXPIRE a 50 LT; TTL a; PEXPIRE a 20000; TTL
        a; PERSIST a; TTL a; EXPIRE a -1; EXISTS a; SET b 1; EXPIREAT b 1; EXISTS b; EXPIRE a x; SET
        c 1 PXAT 1; EXISTS c; EXPIRE gone 5
    """,
    "fields": """
        HSET h f 1 g 2; HEXPIRE h 100 FIELDS 1 f; HTTL h FIELDS 2 f g; HPEXPIRE h 9000 FIELDS 1 g;
        HTTL h FIELDS 3 f g x; HPERSIST h FIELDS 1 f; HTTL h FIELDS 1 f; HEXPIREAT h 1 FIELDS 1 g;
        HGETALL h; HSETEX h EX 60 FIELDS 1 k v; HTTL h FIELDS 1 k; HGETEX h EX 20 FIELDS 1 k; HTTL h
        FIELDS 1 k; HPEXPIRE h 1400 FIELDS 1 k; HTTL h FIELDS 1 k; HPEXPIRE h 1950 FIELDS 1 k; HTTL h
        FIELDS 1 k; PEXPIRE h 1400; TTL h; PEXPIRE h 1950; TTL h
    """,
    "groups": """
        XADD s 5-1 a 1; XADD s 6-1 a 2; XGROUP CREATE s g 0; XREADGROUP GROUP g ann COUNT 1 STREAMS
        s >; XPENDING s g; XREADGROUP GROUP g ben STREAMS s >; XAUTOCLAIM s g ben 1000 0; XAUTOCLAIM
        s g ben 0 0 COUNT 1; XPENDING s g; XACK s g 5-1; XCLAIM s g ann 60000 6-1; XCLAIM s g ann 0
        6-1; XPENDING s g IDLE 60000 - + 10; XREADGROUP GROUP g ann STREAMS s 0; XINFO GROUPS s;
        XREADGROUP GROUP no ann STREAMS s >
    """,
    "numbers": """
        SET a 1; EXPIRE a 2.5; EXPIRE a +5; EXPIRE a 05; EXPIRE a 5_0; PEXPIRE a 1e3; EXPIREAT a 9e9; TTL
        a; SET b 1 PX 333.5; SET b 1 EX 0x10; SET b 1 EX 1e2; GET b; SETEX b 2.5 x; PSETEX b 33.3 x; GET
        b; GETEX a EX 2.5; HSET h f 1; HEXPIRE h 2.5 FIELDS 1 f; HTTL h FIELDS 1 f; EXPIRE a -0; TTL a
    """,
    "restore": """
        SET a x; DUMP a; COPY a b; EXPIRE b 70; COPY b c; TTL c
    """,
}


def program_of(name: str) -> list[tuple[Any, ...]]:
    """Commands between semicolons."""
    return [tuple(line.split()) for line in PROGRAMS[name].split(";")]


def replies(redis: Redis, program: list[tuple[Any, ...]]) -> list[Any]:
    found: list[Any] = []
    for command in program:
        try:
            found.append(redis.execute_command(*command))
        except Exception as error:  # noqa: BLE001 - the error is the reply
            found.append(f"{type(error).__name__}: {error}")
    return found


def explored(client: Any, **options: Any) -> Any:
    """What one client returns when nothing disturbs it."""
    found: list[Any] = []

    def keep(redis: Redis, results: Any) -> None:
        found.append(results.get("client"))

    scenario = Scenario(clients={"client": client}, invariant=keep, **options)
    verdict = explore(scenario, bounds=Bounds(steps_per_client=40))
    assert verdict.status == "proved", verdict.says
    return found[0]


@pytest.mark.parametrize("name", PROGRAMS)
def test_virtual_time_answers_as_redis_does(name: str, raw_redis: Redis) -> None:
    program = program_of(name)
    ours = explored(lambda redis: replies(redis, program), decode_responses=False)
    assert ours == replies(raw_redis, program)


@pytest.mark.parametrize("name", ["strings", "deadlines", "fields", "numbers"])
def test_a_script_sees_the_same_virtual_time(name: str, raw_redis: Redis) -> None:
    program = [("EVAL", "return redis.pcall(unpack(ARGV))", 0, *command) for command in program_of(name)]
    ours = explored(lambda redis: replies(redis, program), decode_responses=False)
    theirs = replies(raw_redis, program)
    assert [str(one).partition(" script:")[0] for one in ours] == [
        str(one).partition(" script:")[0] for one in theirs
    ]


def test_a_time_to_live_that_a_script_computes_must_be_whole_too(raw_redis: Redis) -> None:
    scripts = (
        "redis.call('SET', 'k', 1) redis.call('EXPIRE', 'k', 5 / 2)",
        "redis.call('SET', 'k', 1, 'PX', 1000 / 3)",
        "redis.call('SETEX', 'k', 1000 / 3, 1)",
        "redis.call('SET', 'k', 1) redis.call('EXPIRE', 'k', 10 / 2) return redis.call('TTL', 'k')",
    )
    program = [("EVAL", script, 0) for script in scripts]
    ours = explored(lambda redis: replies(redis, program), decode_responses=False)
    theirs = replies(raw_redis, program)
    assert [str(one).partition(" script:")[0] for one in ours] == [
        str(one).partition(" script:")[0] for one in theirs
    ]


def test_a_transaction_sees_it_too(raw_redis: Redis) -> None:
    def run(redis: Redis) -> Any:
        pipe = redis.pipeline()
        pipe.set("a", 1, ex=30).ttl("a").xadd("s", {"a": 1}, id="1-1").xgroup_create("s", "g", 0)
        pipe.xreadgroup("g", "ann", {"s": ">"}).ttl("none").expire("a", 10).ttl("a")
        return pipe.execute()

    assert explored(run, decode_responses=False) == run(raw_redis)


def test_time_stands_still_between_two_commands() -> None:
    def client(redis: Redis) -> Any:
        redis.set("a", 1, px=50)
        return (
            redis.pttl("a"),
            time.time(),
            redis.time(),
            redis.eval("return redis.call('TIME')", 0),
            time.time(),
        )

    ttl, before, server, script, after = explored(client)
    assert ttl == 50
    assert before == after == server[0] + server[1] / 1e6 == float(script[0])


def test_a_garbage_collection_that_takes_the_time_is_no_step_of_the_client() -> None:
    collections: list[float] = []

    def timed(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            collections.append(time.perf_counter())

    def client(redis: Redis) -> Any:
        redis.set("a", 1, px=50)  # something that a jump of the clock may end: the clock does not stand still
        if len(collections) % 2 == 0:  # now and then, as a real collection
            gc.collect()
        collections.append(0)
        return redis.get("a")

    explored(lambda redis: redis.ping())  # the clocks are replaced now, which looks at all that is not frozen
    gc.callbacks.append(timed)
    gc.freeze()  # or each collection would go through whatever else this process holds: a second at times
    try:
        verdict = explore(
            Scenario({"ann": client, "ben": client}, lambda *_: None, faults=Faults(time_jumps=1)),
            bounds=Bounds(seconds=60),
        )
    finally:
        gc.unfreeze()
        gc.callbacks.remove(timed)
    assert any(collections)
    assert verdict.status == "proved", verdict.says


def test_an_id_follows_one_that_lies_in_the_future(raw_redis: Redis) -> None:
    """The server takes the next one where the clock gives none that is greater."""
    last = 2**64 - 1

    def client(redis: Redis) -> Any:
        found = []
        for stream, id in (("a", "9999999999999-5"), ("b", f"9999999999999-{last}"), ("c", f"{last}-{last}")):
            redis.xadd(stream, {"n": 1}, id=id)
            script = "return redis.call('XADD', KEYS[1], '*', 'n', 3)"
            found += replies(redis, [("XADD", stream, "*", "n", 2), ("EVAL", script, 1, stream)])
            pipe = redis.pipeline()
            pipe.execute_command("XADD", stream, "NOMKSTREAM", "MAXLEN", "~", 9, "*", "n", 4)
            pipe.xadd("none", {"n": 5}, nomkstream=True)
            found += pipe.execute(raise_on_error=False)
        return [str(one).partition(" script:")[0] for one in found]

    assert explored(client, decode_responses=False) == client(raw_redis)


def test_a_jump_goes_just_past_the_earliest_deadline() -> None:
    def client(redis: Redis) -> Any:
        redis.set("short", 1, px=1_000)
        redis.set("long", 1, px=9_000)
        return redis.exists("short"), redis.pttl("long")

    seen = set()

    def keep(redis: Redis, results: Any) -> None:
        seen.add(results["client"])

    explore(Scenario({"client": client}, invariant=keep, faults=Faults(time_jumps=2)))
    assert seen == {(1, 9_000), (1, 7_999), (0, 9_000), (1, -2), (0, 7_999), (0, -2)}


def test_deadlines_of_fields_and_in_data_are_jumped_to_as_well() -> None:
    def fields(redis: Redis) -> Any:
        redis.hset("h", mapping={"a": 1, "b": 2})
        redis.hpexpire("h", 700, "a")
        return redis.hgetall("h")

    def leases(redis: Redis) -> Any:
        now = time.time()
        redis.zadd("leases", {"job": now + 30})
        return redis.zrangebyscore("leases", 0, time.time())

    for client, expected in ((fields, "{'b': '2'}"), (leases, "['job']")):
        seen = set()

        def keep(redis: Redis, results: Any, seen: set[str] = seen) -> None:
            seen.add(str(results["client"]))

        explore(Scenario({"client": client}, invariant=keep, faults=Faults(time_jumps=1)))
        assert expected in seen


def test_an_explicit_jump_is_exactly_that_long() -> None:
    def client(redis: Redis) -> Any:
        before = time.time()
        redis.ping()
        return round(time.time() - before, 3)

    seen = set()

    def keep(redis: Redis, results: Any) -> None:
        seen.add(results["client"])

    explore(Scenario({"client": client}, invariant=keep, faults=Faults(time_jumps=2, jumps_ms=(250, 4_000))))
    assert seen == {0.0, 0.25, 4.0, 0.5, 4.25, 8.0}


def test_a_sleeper_wakes_when_its_time_has_come_and_others_go_on_meanwhile() -> None:
    def sleeper(redis: Redis) -> Any:
        redis.set("lease", 1, px=200)
        time.sleep(0.5)  # noqa: TID251 - virtual
        return redis.exists("lease"), redis.get("n")

    def other(redis: Redis) -> Any:
        redis.incr("n")

    seen = set()

    def keep(redis: Redis, results: Any) -> None:
        seen.add(results["sleeper"])

    verdict = explore(Scenario({"sleeper": sleeper, "other": other}, invariant=keep))
    assert verdict.status == "proved"
    assert seen == {(0, None), (0, "1")}


def test_a_setup_that_sleeps_leaves_time_behind() -> None:
    def seed(redis: Redis) -> None:
        redis.set("short", 1, px=100)
        redis.set("long", 1, px=900)
        time.sleep(0.5)  # noqa: TID251 - virtual
        redis.set("slept", time.time_ns() // 1_000_000 - EPOCH_MS)

    def client(redis: Redis) -> Any:
        return redis.exists("short"), redis.pttl("long"), redis.get("slept"), time.time() * 1000 - EPOCH_MS

    assert explored(client, setup=seed) == (0, 400, "500", 500)


def test_idle_entries_are_claimed_only_after_their_time() -> None:
    def seed(redis: Redis) -> None:
        redis.xadd("s", {"job": 1})
        redis.xgroup_create("s", "g", 0)
        redis.xreadgroup("g", "gone", {"s": ">"})

    def rescuer(redis: Redis) -> Any:
        claimed = redis.xautoclaim("s", "g", "me", min_idle_time=30_000)
        pending = redis.xpending_range("s", "g", "-", "+", 10)
        return len(claimed[1]), pending[0]["times_delivered"], pending[0]["time_since_delivered"]

    seen = set()

    def keep(redis: Redis, results: Any) -> None:
        seen.add(results["rescuer"])

    verdict = explore(
        Scenario(
            {"rescuer": rescuer}, setup=seed, invariant=keep, faults=Faults(time_jumps=1, jumps_ms=(30_000,))
        )
    )
    assert verdict.status == "proved"
    assert seen == {(0, 1, 0), (1, 2, 0), (0, 1, 30_000)}


def test_entries_get_ids_of_the_virtual_clock() -> None:
    def client(redis: Redis) -> Any:
        first, second = redis.xadd("s", {"a": 1}), redis.xadd("s", {"a": 2}, maxlen=10, approximate=True)
        third = redis.eval("return redis.call('XADD', 's', '*', 'a', 3)", 0)
        return [id.partition("-")[2] for id in (first, second, third)], int(
            first.partition("-")[0]
        ) == time.time() * 1000

    assert explored(client) == (["0", "1", "2"], True)
