"""Time moves on for a keyspace, on the real server and on fakeredis."""

from __future__ import annotations

import math
import time

import pytest

from lab.clock import Clock, fast_forward


def test_deadlines_come_nearer(any_redis) -> None:
    any_redis.set("k", "v", ex=100)
    done = fast_forward(any_redis, 40)
    assert (done.seconds, done.expired, done.moved) == (40, (), 1)
    assert 59_000 < any_redis.pttl("k") <= 60_000


def test_what_passes_its_deadline_is_deleted(any_redis) -> None:
    any_redis.set("lease", "v", ex=10)
    any_redis.set("exactly", "v", px=20_000)
    any_redis.set("later", "v", ex=100)
    any_redis.set("for ever", "v")
    done = fast_forward(any_redis, 20)
    assert (done.expired, done.moved) == (("exactly", "lease"), 3)
    assert sorted(any_redis.keys()) == ["for ever", "later"]
    assert any_redis.pttl("for ever") == -1


def test_fields_of_hashes_expire_too(any_redis) -> None:
    any_redis.hset("h", mapping={"short": 1, "long": 2, "for ever": 3})
    any_redis.hexpire("h", 10, "short")
    any_redis.hexpire("h", 100, "long")
    any_redis.hset("whole", "only", 1)
    any_redis.hexpire("whole", 10, "only")
    done = fast_forward(any_redis, 20)
    assert (done.expired, done.moved) == (("h short", "whole only"), 2)
    assert any_redis.hgetall("h") == {"long": "2", "for ever": "3"}
    long, for_ever = any_redis.hpttl("h", "long", "for ever")
    assert 79_000 < long <= 80_000
    assert for_ever == -1
    assert not any_redis.exists("whole")


def test_a_hash_with_a_deadline_of_its_own(any_redis) -> None:
    any_redis.hset("h", mapping={"a": 1, "b": 2})
    any_redis.hexpire("h", 10, "a")
    any_redis.expire("h", 100)
    assert fast_forward(any_redis, 20).expired == ("h a",)
    assert 79_000 < any_redis.pttl("h") <= 80_000
    assert fast_forward(any_redis, 90).expired == ("h",)


def test_a_hash_with_very_many_fields(any_redis) -> None:
    any_redis.hset("h", mapping={f"f{number}": number for number in range(1_200)})
    any_redis.hexpire("h", 10, *(f"f{number}" for number in range(0, 1_200, 2)))
    assert len(fast_forward(any_redis, 20).expired) == 600
    assert any_redis.hlen("h") == 600


def test_only_keys_that_match(any_redis) -> None:
    any_redis.set("mine:a", "v", ex=10)
    any_redis.set("yours:a", "v", ex=10)
    assert fast_forward(any_redis, 20, "mine:*").expired == ("mine:a",)
    assert any_redis.keys() == ["yours:a"]


def test_more_keys_than_one_batch(any_redis) -> None:
    with any_redis.pipeline() as pipe:
        for number in range(1_000):
            pipe.set(f"k{number}", number, ex=10 if number % 2 else 100)
        pipe.execute()
    done = fast_forward(any_redis, 20)
    assert (len(done.expired), done.moved) == (500, 1_000)
    assert any_redis.dbsize() == 500


def test_step_by_step_is_as_far_as_at_once(any_redis) -> None:
    any_redis.set("k", "v", ex=100)
    for _ in range(50):
        fast_forward(any_redis, 0.5)
    assert 74_000 < any_redis.pttl("k") <= 75_000


def test_no_time_at_all_changes_nothing(any_redis) -> None:
    any_redis.set("k", "v", ex=100)
    deadline = any_redis.pexpiretime("k")
    fast_forward(any_redis, 0)
    assert abs(any_redis.pexpiretime("k") - deadline) <= 5


def test_a_deadline_in_the_far_future(any_redis) -> None:
    any_redis.set("k", "v", px=2**52)
    fast_forward(any_redis, 3_600)
    assert abs(any_redis.pttl("k") - (2**52 - 3_600_000)) < 100


def test_names_and_fields_that_are_not_text(raw_redis) -> None:
    raw_redis.set(b"\xff\x00", "v", ex=10)
    raw_redis.hset("h", b"\xfe", "v")
    raw_redis.hexpire("h", 10, b"\xfe")
    assert fast_forward(raw_redis, 20).expired == ("\\xff\\x00", "h \\xfe")


def test_a_cluster_moves_as_a_whole(cluster_redis) -> None:
    for number in range(30):
        cluster_redis.set(f"k{number}", number, ex=10 if number % 2 else 100)
    done = fast_forward(cluster_redis, 20)
    assert (len(done.expired), done.moved) == (15, 30)


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf])
def test_time_never_goes_back(any_redis, seconds: float) -> None:
    any_redis.set("k", "v", ex=100)
    with pytest.raises(ValueError, match="Time moves forward"):
        fast_forward(any_redis, seconds)
    with pytest.raises(ValueError, match="Time moves forward"):
        Clock().advance(seconds)
    assert any_redis.ttl("k") >= 99


def test_a_clock_that_is_set_forward() -> None:
    clock = Clock()
    assert abs(clock() - time.time()) < 0.5
    clock.advance(3_600)
    clock.advance(0.5)
    assert clock.offset == 3_600.5
    assert abs(clock() - time.time() - 3_600.5) < 0.5
    clock.reset()
    assert clock.offset == 0
