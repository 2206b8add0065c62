"""A session ends in time: use puts its end off, but never past the last one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from patterns.session_store import Sessions
from tests.patterns.bench import Time, keyspace

ON_REDIS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def test_an_update_keeps_the_ttl(anywhere: Redis) -> None:
    sessions = Sessions(anywhere, 60)
    session_id = sessions.create("ann", {})
    before = keyspace(anywhere)
    sessions.update(session_id, {"page": "2"})
    assert keyspace(anywhere) == before


def test_the_sessions_of_a_user_are_listed_the_one_that_ends_first_in_front(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, now=clock)
    assert sessions.list_sessions("ann") == []
    first = sessions.create("ann", {})
    clock.at += 10
    second = sessions.create("ann", {})
    sessions.create("ben", {})
    assert sessions.list_sessions("ann") == [first, second]
    clock.at += 35
    sessions.get(first)  # past half its time: this puts its end off
    assert sessions.list_sessions("ann") == [second, first]
    clock.at += 25
    assert sessions.list_sessions("ann") == [first]


def test_sessions_that_ended_by_themselves_leave_the_list_at_the_next_sign_in(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, now=clock)
    index = next(key for key in _keys_after(anywhere, sessions) if key.startswith("sessions:"))
    clock.at += 60
    assert sessions.destroy_all("nobody") == 0
    sessions.create("ann", {})
    assert anywhere.zcard(index) == 1
    clock.at += 60
    assert sessions.destroy_all("ann") == 0


def _keys_after(redis: Redis, sessions: Sessions) -> dict[str, Any]:
    sessions.create("ann", {})
    return keyspace(redis)


def test_a_session_at_rest_ends(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, now=clock)
    session_id = sessions.create("ann", {})
    clock.at += 59.999
    assert sessions.list_sessions("ann") == [session_id]
    clock.at += 0.001
    assert sessions.list_sessions("ann") == []
    assert sessions.get(session_id) is None
    assert not sessions.update(session_id, {"page": "2"})
    assert not sessions.destroy(session_id)
    assert keyspace(anywhere) == {}


def test_use_puts_the_end_off_in_the_second_half_only(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, now=clock)
    session_id = sessions.create("ann", {})
    index = next(key for key in keyspace(anywhere) if key.startswith("sessions:"))

    def left() -> float:
        ((_, ends),) = anywhere.zrange(index, 0, -1, withscores=True)
        return ends / 1000 - clock.at

    clock.at += 30
    sessions.get(session_id)
    assert left() == 30
    clock.at += 0.001
    sessions.get(session_id)
    assert left() == pytest.approx(60)
    clock.at += 31
    sessions.update(session_id, {"page": "2"})
    assert left() == pytest.approx(60)


def test_use_puts_the_ttl_of_both_keys_off(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, now=clock)
    session_id = sessions.create("ann", {})
    for key in keyspace(anywhere):
        anywhere.pexpire(key, 29_000)
    clock.at += 31
    sessions.get(session_id)
    assert [left for _, left in keyspace(anywhere).values()] == [60, 60]


def test_no_session_outlives_its_absolute_end(anywhere: Redis) -> None:
    clock = Time()
    sessions = Sessions(anywhere, 60, absolute_ttl=100, now=clock)
    session_id = sessions.create("ann", {})
    for _ in range(9):
        clock.at += 11
        assert sessions.get(session_id) is not None
    clock.at += 0.999
    assert sessions.get(session_id) is not None
    clock.at += 0.001
    assert sessions.get(session_id) is None


def test_a_list_lives_as_long_as_its_last_session(anywhere: Redis) -> None:
    Sessions(anywhere, 600).create("ann", {})
    Sessions(anywhere, 60).create("ann", {})
    index = next(key for key in keyspace(anywhere) if key.startswith("sessions:"))
    assert keyspace(anywhere)[index] == ("zset", 600)
    Sessions(anywhere, 900).create("ann", {})
    assert keyspace(anywhere)[index] == ("zset", 900)


@pytest.mark.parametrize("absolute_ttl", [59, 1.5, "600", True])
def test_an_absolute_ttl_below_the_ttl_is_refused(absolute_ttl: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="absolute_ttl must be"):
        Sessions(nowhere, 60, absolute_ttl=absolute_ttl)


def test_without_a_clock_of_its_own_it_is_the_servers(anywhere: Redis) -> None:
    sessions = Sessions(anywhere, 60)
    session_id = sessions.create("ann", {})
    assert sessions.get(session_id) is not None
    assert sessions.list_sessions("ann") == [session_id]
    assert sessions.destroy_all("ann") == 1


def test_the_end_of_a_session_is_put_off_by_the_servers_clock(redis: Redis) -> None:
    def milliseconds() -> int:
        seconds, micros = redis.time()
        return seconds * 1000 + micros // 1000

    for _ in range(20):
        redis.flushall()
        session_id = Sessions(redis, 60).create("ann", {})
        owner, token = session_id.split(".")
        before = milliseconds()
        redis.zadd(f"sessions:{{{owner}}}", {token: before + 10_000})  # most of its time is over
        Sessions(redis, 60).get(session_id)
        ends = redis.zscore(f"sessions:{{{owner}}}", token)
        assert before <= ends - 60_000 <= milliseconds()


# A property: whatever is done in whatever order, who is signed in is who should be


steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.integers(0, 1)),
        st.tuples(st.sampled_from(["get", "update", "destroy"]), st.integers(0, 5)),
        st.tuples(st.just("destroy_all"), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.integers(1, 70)),
    ),
    max_size=40,
)


@ON_REDIS
@given(steps=steps)
def test_who_is_signed_in_is_who_should_be(redis: Redis, steps: list[tuple[str, int]]) -> None:
    redis.flushall()
    clock = Time()
    sessions = Sessions(redis, 60, absolute_ttl=150, now=clock)
    begun: list[tuple[str, str]] = []  # id and user of every session there ever was
    # Of those that should be: when they end, and when at the latest.
    ends: dict[str, tuple[float, float]] = {}
    for what, which in steps:
        user = f"user {which}"
        session_id, owner = begun[which % len(begun)] if begun else ("nobody", "")
        ends = {one: when for one, when in ends.items() if when[0] > clock.at}
        match what:
            case "wait":
                clock.at += which
                continue
            case "create":
                begun.append((sessions.create(user, {}), user))
                ends[begun[-1][0]] = (clock.at + 60, clock.at + 150)
                continue
            case "destroy_all":
                gone = [one for one, whose in begun if whose == user and ends.pop(one, None)]
                assert sessions.destroy_all(user) == len(gone)
                continue
            case "destroy":
                assert sessions.destroy(session_id) == (ends.pop(session_id, None) is not None)
                continue
            case "get":
                expected = {"user_id": owner} if session_id in ends else None
                found = sessions.get(session_id)
                assert (found and {"user_id": found["user_id"]}) == expected
            case "update":
                assert sessions.update(session_id, {"page": "2"}) == (session_id in ends)
        if session_id in ends and ends[session_id][0] - clock.at < 30:
            ends[session_id] = (min(clock.at + 60, ends[session_id][1]), ends[session_id][1])
