"""What the patterns share: an effect knows its command, its key and where the key must lie."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import (
    ClusterError,
    ConnectionError,
    OutOfMemoryError,
    RedisClusterException,
    ResponseError,
)

from patterns.wire import Effect, carry_out, number, still_reads, unavailable
from tests.patterns.bench import eventually, together


def test_an_effect_is_a_command_for_a_script() -> None:
    effect = Effect("HINCRBY", "stock:{orders}", ("shoe", -1))
    assert effect.words("queue:{orders}") == ["HINCRBY", "shoe", -1]
    assert Effect("INCR", "stock:{orders}").words("queue:{orders}:dead") == ["INCR"]


def test_an_effect_in_another_slot_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"stock lies in another slot than queue:\{orders\}: give it the same"
    ):
        Effect("INCR", "stock").words("queue:{orders}")


@pytest.mark.parametrize(("command", "key"), [("", "k"), (None, "k"), ("INCR", ""), ("INCR", b"k")])
def test_an_effect_has_a_command_and_a_key(command: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"(command|key) must"):
        Effect(command, key)


def test_only_an_effect_is_carried_out(client: Redis) -> None:
    for outcome in (None, 42, "INCR", Effect("INCRBY", "k", (3,))):
        carry_out(client, outcome)
    assert client.dbsize() == 1
    assert int(client.get("k")) == 3


def test_an_effect_has_no_more_arguments_than_a_script_can_hand_on() -> None:
    Effect("SADD", "k", tuple(map(str, range(1_000))))
    with pytest.raises(ValueError, match="at most 1,000 arguments, not 1,001"):
        Effect("SADD", "k", tuple(map(str, range(1_001))))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", None])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="x must be a finite number"):
        number("x", value, 0, 1)


def test_a_number_too_large_for_a_double_is_refused_as_too_large() -> None:
    with pytest.raises(ValueError, match="x must be between 0 and 1"):
        number("x", 10**400, 0, 1)


def test_a_server_without_enough_replicas_is_unavailable(redis: Redis) -> None:
    redis.config_set("min-replicas-to-write", 1)
    try:
        with pytest.raises(ResponseError, match="NOREPLICAS") as told:
            redis.eval("return redis.call('SET', KEYS[1], 1)", 1, "k")
    finally:
        redis.config_set("min-replicas-to-write", 0)
    assert unavailable(told.value)


def test_a_server_that_is_kept_busy_by_a_script_is_unavailable(redis: Redis) -> None:
    redis.config_set("busy-reply-threshold", 1)

    def loop() -> None:
        with pytest.raises(ResponseError, match="SCRIPT KILL"):
            redis.eval("while true do end", 0)

    def ask() -> list[Exception]:
        told = []

        def refused() -> bool:
            try:
                redis.get("k")
            except ResponseError as error:
                told.append(error)
            return bool(told)

        assert eventually(refused)
        redis.script_kill()
        return told

    try:
        _, told = together(loop, ask)
    finally:
        redis.config_set("busy-reply-threshold", 5_000)
    assert told[0].args[0].startswith("BUSY")
    assert unavailable(told[0])


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ResponseError("MISCONF Redis is configured to save RDB snapshots, but it cannot"), True),
        (RedisClusterException("Redis Cluster cannot be connected"), True),
        (ClusterError("TTL exhausted."), True),
        (OutOfMemoryError("command not allowed"), True),
        (ResponseError("BUSYGROUP Consumer Group name already exists"), False),
        (ResponseError("WRONGTYPE Operation against a key"), False),
        (ValueError("x"), False),
    ],
)
def test_what_will_be_no_better_later_is_not_unavailable(error: Exception, expected: bool) -> None:
    assert unavailable(error) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OutOfMemoryError("command not allowed"), True),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), True),
        (ResponseError("BUSY Redis is busy running a script."), False),
        (ConnectionError("gone"), False),
    ],
)
def test_a_redis_that_refuses_only_writes_still_reads(error: Exception, expected: bool) -> None:
    assert still_reads(error) is expected
