"""Late writes, threads, lost replies and lost keys: who has signed out stays out, no change is lost."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ResponseError

from patterns.session_store import Sessions
from tests.patterns.bench import full, keyspace, together
from tests.patterns.lossy import loses_reply


def test_a_late_write_does_not_bring_a_session_back(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    session_id = sessions.create("ann", {})
    assert together(
        *(lambda n=n: [sessions.update(session_id, {f"f{n}": "x"}) for _ in range(20)] for n in range(4)),
        lambda: [sessions.destroy(session_id)],
    )[-1] == [True]
    assert sessions.get(session_id) is None
    assert keyspace(anywhere) == {}


def test_no_update_is_lost_between_threads(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    session_id = sessions.create("ann", {})
    together(*(lambda n=n: sessions.update(session_id, {f"field {n}": str(n)}) for n in range(8)))
    session = sessions.get(session_id)
    assert session == {"user_id": "ann", **{f"field {n}": str(n) for n in range(8)}}


def test_a_session_that_lost_its_list_is_over(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    session_id = sessions.create("ann", {})
    anywhere.delete(next(key for key in keyspace(anywhere) if key.startswith("sessions:")))  # evicted
    assert sessions.get(session_id) is None


def test_a_list_that_lost_its_session_does_not_bring_it_back(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    session_id = sessions.create("ann", {})
    anywhere.delete(next(key for key in keyspace(anywhere) if key.startswith("session:")))  # evicted
    assert sessions.get(session_id) is None
    assert not sessions.update(session_id, {"page": "2"})
    assert not sessions.destroy(session_id)
    assert keyspace(anywhere) == {}


def test_nothing_is_written_where_the_list_is_something_else(anywhere: Redis) -> None:
    sessions = Sessions(anywhere)
    sessions.create("ann", {})
    index = next(key for key in keyspace(anywhere) if key.startswith("sessions:"))
    sessions.destroy_all("ann")
    before = keyspace(anywhere)
    anywhere.set(index, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        sessions.create("ann", {})
    assert keyspace(anywhere) == {**before, index: ("string", None)}


def test_a_lost_reply_costs_no_session_and_no_change(redis: Redis) -> None:
    sessions = Sessions(redis)
    session_id = sessions.create("ann", {})
    sessions.get(session_id)
    lossy = loses_reply(redis, "EVALSHA")
    assert Sessions(lossy).update(session_id, {"page": "2"})
    assert sessions.get(session_id) == {"user_id": "ann", "page": "2"}
    lossy.close()
    lossy = loses_reply(redis, "EVALSHA")
    again = Sessions(lossy).create("ann", {})
    assert sorted(sessions.list_sessions("ann")) == sorted([session_id, again])
    lossy.close()


def test_a_client_that_dies_while_signing_in_leaves_keys_that_go(redis: Redis) -> None:
    sessions = Sessions(redis, 60)
    sessions.destroy(sessions.create("ann", {}))
    dying = loses_reply(redis, "EVALSHA", retries=0)
    with pytest.raises(RedisConnectionError):
        Sessions(dying, 60).create("ann", {})
    assert sorted(keyspace(redis).values()) == [("hash", 60), ("zset", 60)]
    dying.close()


def test_a_redis_that_is_full_takes_no_sign_in_and_no_change_and_still_reads(redis: Redis) -> None:
    now = [1_000.0]
    sessions = Sessions(redis, 60, now=lambda: now[0])
    session_id = sessions.create("ann", {})
    now[0] += 40
    with full(redis):
        with pytest.raises(OutOfMemoryError):
            sessions.create("ben", {})
        with pytest.raises(OutOfMemoryError):
            sessions.update(session_id, {"page": "2"})
        assert sessions.get(session_id) == {"user_id": "ann"}  # past half of its time: its end is put off
    now[0] += 40
    assert sessions.get(session_id) == {"user_id": "ann"}
    assert sessions.list_sessions("ben") == []
