"""What the server answers with an error is answered with the same error, and never with a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from lab.explorer import explore
from lab.scenario import Bounds, Faults, Scenario

COMMANDS = """
    EVAL; EVAL x; EVAL x y; EVAL x -1; EVAL x 1; EVAL x 2 a; EVALSHA; EVALSHA x; EVALSHA x y; EVALSHA x 0
    EVAL_RO; EVAL no-lua 0
    BLPOP; BLPOP q; BLPOP q x; BLPOP q -1; BLPOP q 1e400; BRPOP q nan; BLMOVE a b; BLMOVE a b LEFT NO 0
    BRPOPLPUSH a b x; BLMPOP; BLMPOP x; BLMPOP x 1 q LEFT; BZMPOP x 1 z MIN; BZPOPMIN z x; BLPOP text 0
    XREAD; XREAD BLOCK x STREAMS s 0; XREAD BLOCK; XREAD BLOCK -1 STREAMS s 0; XREAD STREAMS s
    XREADGROUP; XREADGROUP GROUP g c; XREADGROUP GROUP g c STREAMS s; XREADGROUP GROUP g c BLOCK x STREAMS s >
    XINFO; XPENDING; XPENDING s; XPENDING s none; XPENDING none g; XPENDING s g -; XPENDING s g - +
    XPENDING s g IDLE x - + 10; XPENDING s none - + 10; XPENDING s g IDLE 5 - +; XPENDING s g x y 10
    XCLAIM; XCLAIM s g c; XCLAIM s g c x 1-1; XCLAIM s g c 0 1-1 IDLE x; XCLAIM s g c 0 1-1 TIME
    XCLAIM s none c 0 1-1; XCLAIM s g c 0 x; XCLAIM text g c 0 1-1
    XAUTOCLAIM; XAUTOCLAIM s g c; XAUTOCLAIM s g c x 0; XAUTOCLAIM s none c 0 0; XAUTOCLAIM s g c 0 0 COUNT 0
    PUBLISH; PUBLISH c; PUBLISH c x y; SPUBLISH c; SUBSCRIBE; PSUBSCRIBE; SSUBSCRIBE; WATCH; DISCARD
    SCAN; SCAN x; SCAN 0 MATCH; SCAN 0 COUNT 0; SCAN 0 TYPE; SCAN 0 NO; TIME x
    TTL; TTL a b; PTTL; HTTL h; HPTTL; HTTL h FIELDS 2 f; EXPIRE; EXPIRE a; EXPIRE a 9223372036854775807
    PEXPIRE a 9223372036854775807; EXPIRE a x; EXPIRE a 1 NO; SETEX a 9223372036854775807 x; SETEX a 0 x
    SET a 1 EX 9223372036854775807; SET a 1 PX 0; SET a 1 EX; SET a 1 EX x; HEXPIRE h 9999999999999 FIELDS 1 f
    HPEXPIRE h 99999999999999999 FIELDS 1 f; PSETEX a x y; GETEX a EX 9223372036854775807; GETEX a EX
    XADD; XADD s *; XADD s x a 1; XADD s 0-0 a 1; XADD s MAXLEN; XADD text * a 1; RESTORE; RESTORE a x y
    LPOP text; HGET text f; INCR text; GET; SET a; MSET a; COPY a; HSET h f
"""


ALONE = {"SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "WATCH", "DISCARD"}
WAITS = {"BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZMPOP", "BZPOPMIN", "BLOCK"}
"""Refused in a pipeline, which would wait in the middle."""


def seed(r: Redis) -> None:
    r.execute_command("XADD", "s", "1-1", "a", 1)
    r.execute_command("XGROUP", "CREATE", "s", "g", 0)
    r.execute_command("SET", "text", "x")


def told(redis: Redis, command: list[str]) -> Any:
    try:
        return redis.execute_command(*command)
    except Exception as error:  # noqa: BLE001 - the error is the reply
        return f"{type(error).__name__}: {error}"


def told_inside(redis: Redis, command: list[str], transaction: bool) -> Any:
    pipe = redis.pipeline(transaction=transaction)
    pipe.execute_command("SET", "before", 1)
    pipe.execute_command(*command)
    try:
        return [str(reply) for reply in pipe.execute(raise_on_error=False)]
    except Exception as error:  # noqa: BLE001 - the error is the reply
        return f"{type(error).__name__}: {error}"


def explored(client: Any, **options: Any) -> Any:
    """What one client returns when nothing disturbs it."""
    scenario = Scenario({"client": client}, setup=seed, **options)
    verdict = explore(scenario, bounds=Bounds(steps_per_client=400, seconds=20), validate=3)
    assert verdict.status == "proved", verdict.says
    assert verdict.graph is not None
    return verdict.graph.graph.nodes[-1].finished.value  # type: ignore[union-attr]


def commands() -> list[list[str]]:
    return [one.split() for one in COMMANDS.replace("\n", ";").split(";") if one.strip()]


def same(ours: list[Any], real: list[Any]) -> None:
    for command, one, other in zip(commands(), ours, real, strict=True):
        assert str(one) == str(other), " ".join(command)


def test_a_command_that_is_wrong_gets_the_servers_own_error(raw_redis: Redis) -> None:
    seed(raw_redis)
    ours = explored(lambda r: [told(r, command) for command in commands()], decode_responses=False)
    same(ours, [told(raw_redis, command) for command in commands()])


@pytest.mark.parametrize("transaction", [True, False])
def test_it_gets_the_same_error_inside_a_pipeline(raw_redis: Redis, transaction: bool) -> None:
    seed(raw_redis)
    some = [one for one in commands() if not (ALONE | WAITS) & set(one)]
    ours = explored(lambda r: [told_inside(r, command, transaction) for command in some])
    for command, one in zip(some, ours, strict=True):
        assert str(one) == str(told_inside(raw_redis, command, transaction)), " ".join(command)


@pytest.mark.parametrize("name", ["XPENDING", "XCLAIM", "XAUTOCLAIM", "XINFO", "TIME", "TTL"])
def test_it_gets_the_same_error_inside_a_script(raw_redis: Redis, name: str) -> None:
    seed(raw_redis)
    script = "return redis.pcall(unpack(ARGV))"
    some = [["EVAL", script, "0", *one] for one in commands() if one[0] == name]
    ours = explored(lambda r: [told(r, command) for command in some], decode_responses=False)
    assert ours == [told(raw_redis, command) for command in some]


def test_a_script_may_hold_bytes_that_are_no_text() -> None:
    script = b"return '\xff' .. redis.call('GET', 'text')"
    assert explored(lambda r: r.eval(script, 0), decode_responses=False) == b"\xffx"  # type: ignore[arg-type]


def test_a_hash_with_more_fields_than_a_script_can_pass_on_is_explored() -> None:
    def client(r: Redis) -> Any:
        r.hset("h", mapping={str(number): number for number in range(9_000)})
        r.hexpire("h", 10, *map(str, range(7_000)))
        return r.hlen("h")

    lengths = set()

    def keep(r: Redis, results: Any) -> None:
        lengths.add((r.hlen("h"), results["client"]))

    scenario = Scenario({"client": client}, invariant=keep, faults=Faults(time_jumps=1))
    verdict = explore(scenario, bounds=Bounds(seconds=20), validate=3)
    assert (verdict.status, verdict.schedules) == ("proved", 2), verdict.says
    assert lengths == {(9_000, 9_000), (2_000, 2_000)}
