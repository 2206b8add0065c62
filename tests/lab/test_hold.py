"""A held client makes a race certain, and lets go of the client afterwards."""

from __future__ import annotations

import threading

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from lab.hold import Gate, after_reply


def read_add_write(redis: Redis) -> None:
    redis.set("counter", int(redis.get("counter") or 0) + 1)


def test_the_other_goes_between_two_commands(any_redis: Redis) -> None:
    with after_reply(any_redis, lambda: any_redis.set("counter", 10)):
        read_add_write(any_redis)
    assert any_redis.get("counter") == "1"


def test_it_holds_behind_the_reply_that_was_named(any_redis: Redis) -> None:
    seen: list[object] = []
    with after_reply(any_redis, lambda: seen.append("held"), nth=2):
        seen.append(any_redis.set("a", 1))
        seen.append(any_redis.get("a"))
        seen.append(any_redis.get("a"))
    assert seen == [True, "held", "1", "1"]


def test_an_error_is_no_reply(any_redis: Redis) -> None:
    seen: list[str] = []
    with after_reply(any_redis, lambda: seen.append("held")):
        with pytest.raises(ResponseError):
            any_redis.execute_command("EVALSHA", "0" * 40, 0)
        assert seen == []
        any_redis.ping()
    assert seen == ["held"]


def test_the_client_is_as_before_afterwards(any_redis: Redis) -> None:
    with after_reply(any_redis, lambda: pytest.fail("held too late"), nth=5):
        any_redis.ping()
    for _ in range(10):
        any_redis.ping()


def crowd(redis: Redis, parties: int, quitters: int = 0) -> list[int]:
    """Threads that read, wait at the gate, and write what they read plus one."""
    gate = Gate(parties, patience=30)
    read: list[int] = []

    def add(number: int) -> None:
        with gate.holds(redis.client()) as mine:
            if number >= quitters:
                read.append(int(mine.get("counter") or 0))
                mine.set("counter", read[-1] + 1)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return read


def test_everyone_behind_a_gate_reads_before_anyone_writes(any_redis: Redis) -> None:
    assert crowd(any_redis, parties=8) == [0] * 8
    assert any_redis.get("counter") == "1"


def test_one_who_ends_early_does_not_keep_the_gate_shut(any_redis: Redis) -> None:
    assert crowd(any_redis, parties=5, quitters=2) == [0] * 3


def test_a_gate_that_nobody_else_reaches_opens_after_its_patience(any_redis: Redis) -> None:
    with Gate(2, patience=0.01).holds(any_redis) as held:
        assert held.ping()
