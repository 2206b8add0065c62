"""Redis or the database fails: who still gets a row, who is turned away, and what they are told."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from patterns.cache_aside import Bypass, Cache, DatabaseError, NotInvalidated, Overloaded, Row
from tests.patterns.bench import full, keyspace, together
from tests.patterns.cache_aside import ENTRY, SlowTable, Table, Time


def test_without_redis_few_readers_at_a_time_reach_the_database(nowhere: Redis) -> None:
    turned_away: list[str] = []
    table = SlowTable(lambda: len(turned_away) == 6, user="ann")
    cache = Cache(nowhere, table, bypass=Bypass(2, patience=0))

    def read() -> str | None:
        try:
            return cache.get("user")
        except Overloaded as error:
            turned_away.append(str(error))
            raise

    results = together(*[read] * 8)
    assert results.count("ann") == 2
    assert turned_away == ["Redis is down, and 2 loads are on their way to the database already"] * 6
    assert (table.most, table.loads) == (2, 2)


def test_redis_is_left_alone_for_a_while_after_it_failed(nowhere: Redis) -> None:
    time, asked = Time(), []
    cache = Cache(nowhere, Table(user="ann"), bypass=Bypass(rest=1, monotonic=time))
    look = cache._look
    cache._look = lambda **options: asked.append(1) or look(**options)
    for _read in range(3):
        assert cache.get("user") == "ann"
    assert len(asked) == 1
    time.at += 1
    cache.get("user")
    assert len(asked) == 2


def test_without_redis_a_failing_database_is_asked_once(nowhere: Redis) -> None:
    table = Table(user="ann")
    table.broken = True
    with pytest.raises(DatabaseError):
        Cache(nowhere, table).get("user")
    assert table.loads == 1


def test_a_reader_has_the_row_though_redis_fails_before_it_is_stored(redis: Redis) -> None:
    table = Table(user="ann")
    cache = Cache(redis, table)

    def gone(**options: object) -> None:
        raise ConnectionError("gone")

    cache._fill = gone
    assert cache.get("user") == "ann"
    assert table.loads == 1


def test_an_update_that_redis_did_not_hear_of_is_saved_and_says_so(nowhere: Redis) -> None:
    table = Table(user="ann")
    with pytest.raises(NotInvalidated, match="'user' is saved, but Redis could not be told"):
        Cache(nowhere, table).update("user", "anna")
    assert table.rows["user"].value == "anna"


def test_a_redis_that_is_full_is_read_past(redis: Redis) -> None:
    cache = Cache(redis, Table(user="ann", other="ben"))
    cache.get("user")
    with full(redis):
        assert (cache.get("other"), cache.get("user")) == ("ben", "ann")
        assert not cache.bypass.taken
        assert cache.database.loads == 2  # what is in the cache is still read there
    assert list(keyspace(redis)) == [ENTRY]


def test_a_redis_that_takes_no_writes_after_the_load_is_still_read(redis: Redis) -> None:
    cache = Cache(redis, Table(user="ann", other="ben"))
    cache.get("user")
    load = cache.database.load

    def load_while_the_replicas_go(key: str) -> Row | None:
        redis.config_set("min-replicas-to-write", 1)
        return load(key)

    cache.database.load = load_while_the_replicas_go
    try:
        assert (cache.get("other"), cache.get("user")) == ("ben", "ann")
        assert not cache.bypass.taken
        assert cache.database.loads == 2
    finally:
        redis.config_set("min-replicas-to-write", 0)


def test_a_key_of_another_type_is_reported_and_kept(anywhere: Redis) -> None:
    anywhere.rpush(ENTRY, "mine")
    table = Table(user="ann")
    cache = Cache(anywhere, table)
    for ask in (lambda: cache.get("user"), lambda: cache.update("user", "anna")):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert (keyspace(anywhere), table.loads) == ({ENTRY: ("list", None)}, 0)


def test_a_row_that_is_none_is_the_databases_fault(anywhere: Redis) -> None:
    table = Table()
    table.load = lambda key: Row(b"bytes", 1)
    with pytest.raises(DatabaseError) as raised:
        Cache(anywhere, table).get("user")
    assert str(raised.value.__cause__) == "the value of a row must be text, not bytes"


@pytest.mark.parametrize(("option", "bad"), [("loads", 0), ("patience", -1), ("rest", math.nan)])
def test_a_bad_bypass_is_refused_at_once(option: str, bad: float) -> None:
    with pytest.raises(ValueError, match=f"{option} must be"):
        Bypass(**{option: bad})


def test_a_server_that_takes_no_writes_is_gone_round(redis: Redis) -> None:
    table = Table(user="ann")
    redis.config_set("min-replicas-to-write", 1)
    try:
        assert Cache(redis, table).get("user") == "ann"
        with pytest.raises(NotInvalidated, match="'user' is saved"):
            Cache(redis, table).update("user", "ben")
        table.broken = True
        with pytest.raises(DatabaseError, match="saving 'user' failed"):
            Cache(redis, table).update("user", "cid")
    finally:
        redis.config_set("min-replicas-to-write", 0)
    assert table.rows["user"].value == "cid"
    assert keyspace(redis) == {}
