"""A lost reply is sent again once, and a killed client sends nothing more."""

from __future__ import annotations

import pytest
from redis import Redis

from lessons.lost import killed_after_reply, reply_lost


def test_a_command_whose_reply_is_lost_is_executed_twice(any_redis: Redis) -> None:
    with reply_lost(any_redis):
        assert any_redis.incr("first") == 2
        assert any_redis.incr("second") == 1
    assert any_redis.incr("third") == 1


def test_nothing_stays_behind_when_no_command_was_sent(any_redis: Redis) -> None:
    with reply_lost(any_redis):
        pass
    assert any_redis.incr("first") == 1


def test_a_killed_client_sends_nothing_more(any_redis: Redis) -> None:
    with killed_after_reply(any_redis, 2):
        any_redis.incr("first")
        any_redis.incr("second")
        any_redis.incr("third")
    assert any_redis.mget("first", "second", "third") == ["1", "1", None]


def test_a_client_that_ends_before_it_is_killed_lives_on(any_redis: Redis) -> None:
    with killed_after_reply(any_redis, 2):
        any_redis.incr("first")
    assert any_redis.incr("first") == 2


def test_other_errors_come_through(any_redis: Redis) -> None:
    with pytest.raises(ZeroDivisionError), killed_after_reply(any_redis):
        _ = 1 / 0
