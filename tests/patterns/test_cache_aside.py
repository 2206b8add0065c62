"""One contract for both caches, how the naive one goes wrong, how long the hardened one keeps a copy."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis

from patterns.cache_aside import Cache, DatabaseError, NaiveCache, Row
from tests.patterns.bench import keyspace, round_trips, together
from tests.patterns.cache_aside import ENTRY, LEASE, Broken, SlowTable, Table, Time

BOTH = pytest.mark.parametrize("version", [NaiveCache, Cache])
Version = type[NaiveCache] | type[Cache]


# The contract


@BOTH
def test_a_row_is_loaded_once_and_then_read_from_redis(version: Version, client: Redis) -> None:
    table = Table(user="ann")
    cache = version(client, table)
    assert [cache.get("user") for _read in range(3)] == ["ann"] * 3
    assert table.loads == 1


@BOTH
def test_a_row_that_is_not_there_is_none(version: Version, client: Redis) -> None:
    assert version(client, Table()).get("user") is None


@BOTH
@pytest.mark.parametrize("value", ["", "0", "Žofie 🎉", '{"a": [1, null]}', "\x00\r\n", "x" * 100_000])
def test_a_value_may_be_any_text(version: Version, value: str, client: Redis) -> None:
    cache = version(client, Table(user=value))
    assert [cache.get("user"), cache.get("user")] == [value, value]


@BOTH
def test_an_update_is_read_by_everybody(version: Version, client: Redis) -> None:
    table = Table(user="ann")
    ours, theirs = version(client, table), version(client, table)
    assert ours.get("user") == "ann"
    theirs.update("user", "anna")
    assert ours.get("user") == "anna"
    assert table.rows["user"] == Row("anna", 2)


@BOTH
def test_an_update_may_make_the_row(version: Version, client: Redis) -> None:
    cache = version(client, Table())
    assert cache.get("user") is None
    cache.update("user", "ann")
    assert cache.get("user") == "ann"


@BOTH
def test_keys_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client, Table(user="ann")).get("user")
    assert version(client, Table(other="ben")).get("other") == "ben"
    assert version(client, Table(user="cleo"), namespace="other:").get("user") == "cleo"


@pytest.mark.parametrize(
    ("version", "read", "updated"),
    [
        (NaiveCache, {ENTRY: ("string", 300)}, {}),
        (partial(Cache, jitter=0), {ENTRY: ("hash", 360)}, {ENTRY: ("hash", 60)}),
    ],
    ids=["naive", "hardened"],
)
def test_the_keys_left_behind_are_those_of_the_card(
    version: Version, read: dict[str, object], updated: dict[str, object], client: Redis
) -> None:
    cache = version(client, Table(user="ann"))
    cache.get("user")
    assert keyspace(client) == read
    cache.update("user", "anna")
    assert keyspace(client) == updated


@BOTH
def test_a_database_that_fails_leaves_nothing_behind(version: Version, client: Redis) -> None:
    table = Table(user="ann")
    table.broken = True
    cache = version(client, table)
    with pytest.raises((DatabaseError, Broken)):
        cache.get("user")
    assert keyspace(client) == {}
    table.broken = False
    assert cache.get("user") == "ann"


@BOTH
def test_without_redis_the_database_answers(version: Version, nowhere: Redis) -> None:
    cache = version(nowhere, Table(user="ann"))
    assert [cache.get("user"), cache.get("user"), cache.get("nobody")] == ["ann", "ann", None]


@BOTH
@pytest.mark.parametrize("key", ["", "a{b", "a}b", b"user", None, 7, "x" * 257, "\ud800"])
def test_a_bad_key_goes_neither_to_redis_nor_to_the_database(
    version: Version, key: str, nowhere: Redis
) -> None:
    table = Table()
    cache = version(nowhere, table)
    for ask in (lambda: cache.get(key), lambda: cache.update(key, "ann")):
        with pytest.raises(ValueError, match="key"):
            ask()
    assert (table.loads, table.rows) == (0, {})


@BOTH
@pytest.mark.parametrize("value", [b"ann", None, 7, "\ud800"])
def test_a_bad_value_is_not_saved(version: Version, value: str, nowhere: Redis) -> None:
    table = Table()
    with pytest.raises(ValueError, match="value"):
        version(nowhere, table).update("user", value)
    assert table.rows == {}


@BOTH
@pytest.mark.parametrize("ttl", [0, -1, 1.5, math.nan, None, True, "300"])
def test_a_bad_ttl_is_refused_at_once(version: Version, ttl: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="ttl must be"):
        version(nowhere, Table(), ttl)


# How the naive one goes wrong


def test_naive_stampede(redis: Redis) -> None:
    table = SlowTable(lambda: table.loads == 5, user="ann")
    cache = NaiveCache(redis, table)
    assert together(*[partial(cache.get, "user")] * 5) == ["ann"] * 5
    assert table.loads == 5  # and not 1


def test_naive_stale_set(redis: Redis) -> None:
    table = Table(user="old")
    cache = NaiveCache(redis, table)
    table.then = lambda: cache.update("user", "new")
    cache.get("user")
    assert (cache.get("user"), table.rows["user"].value) == ("old", "new")  # for the next five minutes


def test_naive_double_query(redis: Redis) -> None:
    table = Table(user="ann")
    table.broken = True
    with pytest.raises(Broken):
        NaiveCache(redis, table).get("user")
    assert table.loads == 2  # of a database that is in trouble


# How long a copy lives


def test_an_old_copy_is_served_while_one_reader_renews_it(anywhere: Redis) -> None:
    table, time = Table(user="old"), Time()
    cache = Cache(anywhere, table, ttl=300, jitter=0, now=time)
    cache.get("user")
    table.save("user", "new")  # by somebody who does not know of the cache
    time.at += 299.999
    assert (cache.get("user"), table.loads) == ("old", 1)
    time.at += 0.001
    table.then = lambda: others.append(cache.get("user"))
    others: list[str] = []
    assert cache.get("user") == "new"
    assert (others, table.loads) == (["old"], 2)


def test_a_renewal_can_run_in_the_background(anywhere: Redis) -> None:
    table, time = Table(user="old"), Time()
    jobs: list[Callable[[], object]] = []
    cache = Cache(anywhere, table, jitter=0, now=time, background=jobs.append)
    assert (cache.get("user"), jobs) == ("old", [])
    table.save("user", "new")
    time.at += 300
    assert [cache.get("user") for _read in range(3)] == ["old"] * 3
    (renew,) = jobs
    renew()
    assert (cache.get("user"), table.loads) == ("new", 2)


def test_an_old_copy_is_better_than_an_error_and_the_database_is_left_alone(anywhere: Redis) -> None:
    table, time = Table(user="old"), Time()
    cache = Cache(anywhere, table, jitter=0, now=time)
    cache.get("user")
    time.at += 300
    table.broken = True
    assert [cache.get("user") for _read in range(3)] == ["old"] * 3
    assert table.loads == 2  # once more, and not again while the lease lasts


@pytest.mark.parametrize(("chance", "ttl"), [(0.0, 100), (0.5, 95), (1.0, 90)])
def test_copies_do_not_end_together(chance: float, ttl: int, anywhere: Redis) -> None:
    cache = Cache(anywhere, Table(user="ann"), ttl=100, stale=0, jitter=0.1, random=lambda: chance)
    cache.get("user")
    assert keyspace(anywhere)[ENTRY] == ("hash", ttl)


def test_an_absent_row_is_remembered_for_a_while(anywhere: Redis) -> None:
    table = Table()
    cache = Cache(anywhere, table, missing=30, jitter=0)
    assert [cache.get("user") for _read in range(3)] == [None] * 3
    assert (table.loads, keyspace(anywhere)) == (1, {ENTRY: ("hash", 30)})
    cache.update("user", "ann")
    assert cache.get("user") == "ann"


@pytest.mark.parametrize(("chance", "loads"), [(0.1, 1), (0.9, 2)])
def test_xfetch_renews_early_by_chance(chance: float, loads: int, anywhere: Redis) -> None:
    table, time = Table(user="ann"), Time()
    cache = Cache(anywhere, table, jitter=0, beta=1, now=time, monotonic=time, random=lambda: chance)
    table.then = partial(time.sleep, 2)  # a load that costs two seconds
    cache.get("user")
    time.at += 297  # three seconds to go: -2 * ln(1 - 0.9) is 4.6 seconds, -2 * ln(1 - 0.1) is 0.2
    cache.get("user")
    assert table.loads == loads


def test_the_grave_outlasts_a_copy_with_a_short_life(anywhere: Redis) -> None:
    clock = Time()
    table = Table(user="old")
    cache = Cache(anywhere, table, ttl=1, stale=1, jitter=0, grave=60, now=clock)
    old = table.rows["user"]
    cache.update("user", "new")
    assert cache.get("user") == "new"
    assert keyspace(anywhere)[ENTRY] == ("hash", 60)
    table.rows["user"] = old  # a replica that lags
    clock.at += 1.5
    assert cache.get("user") == "old", "which is what this database says, and nobody keeps it"
    table.broken = True
    clock.at += 0.4
    assert cache.get("user") == "new", "the copy is stale, and better than an error"
    clock.at += 0.2
    anywhere.delete(LEASE)  # which that reader left, so that nobody asks a database in trouble
    with pytest.raises(DatabaseError):
        cache.get("user")
    assert keyspace(anywhere)[ENTRY] == ("hash", 60)


# What is refused, and what a read costs


@pytest.mark.parametrize(
    ("option", "bad"),
    [
        ("stale", -1),
        ("missing", 0),
        ("jitter", 1),
        ("beta", math.nan),
        ("lease", 0),
        ("wait", math.inf),
        ("grave", 1),
    ],
)
def test_a_bad_option_is_refused_at_once(option: str, bad: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=f"{option} must be"):
        Cache(nowhere, Table(), **{option: bad})


def test_a_hit_takes_one_round_trip_and_a_load_two(redis: Redis) -> None:
    cache = Cache(redis, Table(user="ann", other="ben"))
    cache.get("other")  # loads the scripts
    cache.update("other", "ben")
    for method, trips in (
        (lambda: cache.get("user"), 2),
        (lambda: cache.get("user"), 1),
        (lambda: cache.update("user", "anna"), 1),
        (lambda: cache.get("nobody"), 2),
        (lambda: cache.get("nobody"), 1),
    ):
        with round_trips(redis) as count:
            method()
        assert count.number == trips
