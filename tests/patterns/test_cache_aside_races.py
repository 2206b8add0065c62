"""Many read and write at once: one reader loads for all of them, and no old row comes back."""

from __future__ import annotations

import secrets
import threading
from functools import partial

import pytest
from redis import Redis

from patterns.cache_aside import Cache, DatabaseError, Row, StillLoading
from tests.patterns.bench import keyspace, together
from tests.patterns.cache_aside import ENTRY, LEASE, Broken, SlowTable, Table, Time

# One load for many readers


@pytest.mark.parametrize("value", ["ann", None])
def test_of_many_readers_one_asks_the_database(value: str | None, redis: Redis) -> None:
    waiting: set[int] = set()
    between = threading.Event()

    def sleep(seconds: float) -> None:
        waiting.add(threading.get_ident())
        between.wait(seconds)

    rows = {} if value is None else {"user": value}
    table = SlowTable(lambda: len(waiting) == 15, **rows)
    cache = Cache(redis, table, wait=60, lease=60, sleep=sleep)
    assert together(*[partial(cache.get, "user")] * 16) == [value] * 16
    assert table.loads == 1


def test_rows_are_loaded_side_by_side(anywhere: Redis) -> None:
    table = Table(user="ann", other="ben")
    cache = Cache(anywhere, table)
    table.then = lambda: cache.get("other")
    assert cache.get("user") == "ann"
    assert table.loads == 2


def test_a_reader_who_waits_too_long_says_so_and_does_not_ask_the_database(anywhere: Redis) -> None:
    anywhere.set(LEASE, "another reader")
    table, time = Table(user="ann"), Time()
    cache = Cache(anywhere, table, wait=2, monotonic=time, sleep=time.sleep, random=lambda: 0.5)
    with pytest.raises(StillLoading, match=r"'user' is still being loaded by another client after 2 s"):
        cache.get("user")
    assert sum(time.slept) == pytest.approx(2)
    assert (table.loads, max(time.slept) <= 0.1, len(time.slept) < 40) == (0, True, True)


def test_a_reader_who_waits_takes_over_when_the_loader_dies(anywhere: Redis) -> None:
    anywhere.set(LEASE, "a reader who dies")
    table, time = Table(user="ann"), Time()
    time.then = lambda: anywhere.delete(LEASE)
    assert Cache(anywhere, table, monotonic=time, sleep=time.sleep).get("user") == "ann"
    assert (table.loads, len(time.slept)) == (1, 1)


def test_the_lease_ends_by_itself(anywhere: Redis) -> None:
    table = Table(user="ann")
    table.then = lambda: leases.append(keyspace(anywhere))
    leases: list[object] = []
    Cache(anywhere, table, lease=5).get("user")
    assert leases == [{LEASE: ("string", 5)}]


def test_asking_again_after_a_lost_reply_does_not_wait_for_oneself(
    anywhere: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "the token of one call")
    anywhere.set(LEASE, "the token of one call")
    assert Cache(anywhere, Table(user="ann"), wait=0).get("user") == "ann"


def test_a_failed_load_gives_the_lease_up(anywhere: Redis) -> None:
    table = Table(user="ann")
    table.broken = True
    cache = Cache(anywhere, table, wait=0)
    with pytest.raises(DatabaseError, match="loading 'user' failed") as raised:
        cache.get("user")
    assert isinstance(raised.value.__cause__, Broken)
    assert (table.loads, keyspace(anywhere)) == (1, {})


def test_a_failed_load_does_not_give_up_the_lease_of_another(anywhere: Redis) -> None:
    table = Table(user="ann")
    table.broken = True
    table.then = lambda: anywhere.set(LEASE, "another reader")
    with pytest.raises(DatabaseError):
        Cache(anywhere, table).get("user")
    assert keyspace(anywhere) == {LEASE: ("string", None)}


# No old row comes back


def test_a_row_read_before_an_update_is_not_stored_after_it(anywhere: Redis) -> None:
    table = Table(user="old")
    cache = Cache(anywhere, table)
    table.then = lambda: cache.update("user", "new")
    assert cache.get("user") == "old"  # it was, when this read began
    assert cache.get("user") == "new"


def test_a_row_whose_load_outlasted_its_lease_is_not_stored(anywhere: Redis) -> None:
    table = Table(user="ann")
    cache = Cache(anywhere, table)
    table.then = lambda: anywhere.delete(LEASE)
    assert cache.get("user") == "ann"
    assert keyspace(anywhere) == {}


def test_a_slow_loader_does_not_overwrite_its_successor(anywhere: Redis) -> None:
    table = Table(user="old")
    slow, quick = Cache(anywhere, table), Cache(anywhere, table)

    def the_lease_ends_and_the_row_changes() -> None:
        anywhere.delete(LEASE)
        table.save("user", "new")
        assert quick.get("user") == "new"

    table.then = the_lease_ends_and_the_row_changes
    assert slow.get("user") == "old"
    assert quick.get("user") == "new"


def test_a_replica_that_lags_behind_cannot_bring_the_old_row_back(anywhere: Redis) -> None:
    table = Table(user="old")
    old = table.rows["user"]
    cache = Cache(anywhere, table)
    cache.update("user", "new")
    new, table.rows["user"] = table.rows["user"], old  # the replica has not heard of it
    assert cache.get("user") == "old"
    assert anywhere.hget(ENTRY, "value") is None
    table.rows["user"] = new
    assert cache.get("user") == "new"
    assert keyspace(anywhere)[ENTRY][1] > 60


def test_a_row_whose_versions_begin_at_nothing_is_newer_than_none(anywhere: Redis) -> None:
    table = Table()
    cache = Cache(anywhere, table)
    assert cache.get("user") is None  # remembered
    table.save = lambda key, value: Row(value, 0)  # and the replica has not heard of it
    cache.update("user", "ann")
    assert cache.get("user") is None
    table.rows["user"] = Row("ann", 0)
    assert cache.get("user") == "ann"
    assert table.loads == 3


def test_updates_that_arrive_in_the_wrong_order_leave_the_newer_grave(anywhere: Redis) -> None:
    table = Table(user="first")
    cache = Cache(anywhere, table)
    save = table.save

    def save_and_be_overtaken(key: str, value: str) -> Row:
        row = save(key, value)
        table.save = save
        cache.update("user", "third")
        return row

    table.save = save_and_be_overtaken
    cache.update("user", "second")
    assert anywhere.hget(ENTRY, "version") in ("3", b"3")
    assert cache.get("user") == "third"


def test_an_update_does_not_bury_a_copy_that_is_that_new(anywhere: Redis) -> None:
    table = Table(user="old")
    cache = Cache(anywhere, table)
    save = table.save

    def save_and_be_read(key: str, value: str) -> Row:
        row = save(key, value)
        assert cache.get("user") == "new"
        return row

    table.save = save_and_be_read
    cache.update("user", "new")
    assert cache.get("user") == "new"
    assert table.loads == 1


def test_a_save_that_failed_may_have_happened_so_the_copy_goes(anywhere: Redis) -> None:
    table = Table(user="ann")
    cache = Cache(anywhere, table)
    cache.get("user")
    table.broken = True
    with pytest.raises(DatabaseError, match="saving 'user' failed"):
        cache.update("user", "anna")
    table.broken = False
    assert cache.get("user") == "anna"
