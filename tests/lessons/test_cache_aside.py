"""What the cache lesson shows, pinned: how many queries reach the database, and what the next reader gets."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from lab.bench import Bench
from lessons.cache_aside import live, trouble
from lessons.cache_aside.shop import Ledger, Shop
from lessons.model import Shown
from lessons.pictures import Timeline
from patterns.cache_aside import Cache, NaiveCache, Row

READ = {"key": "shoe-7", "delay_ms": 0, "ttl": 60}


def count(shown: Shown, label: str) -> object:
    return next(one.value for one in shown.counts if one.label == label)


@pytest.mark.parametrize("readers", [2, 30, 60])
def test_every_naive_reader_reaches_the_database(bench: Bench, readers: int) -> None:
    shown = trouble.naive_burst(bench, readers=readers, delay_ms=50)
    assert count(shown, "Queries") == readers
    assert count(shown, "Readers who got the row") == readers
    assert isinstance(shown.picture, Timeline)
    assert shown.picture.lanes[0].name == "database"
    assert len(shown.picture.lanes[0].spans) == min(readers, 60)


@pytest.mark.parametrize("readers", [2, 30, 60])
def test_one_hardened_reader_does(bench: Bench, readers: int) -> None:
    shown = trouble.hardened_burst(bench, readers=readers, delay_ms=50)
    assert count(shown, "Queries") == 1
    assert count(shown, "Readers who got the row") == readers


def test_a_crowd_can_come_again(bench: Bench) -> None:
    for _ in range(2):
        assert count(trouble.naive_burst(bench, readers=4, delay_ms=10), "Queries") == 4
        assert count(trouble.hardened_burst(bench, readers=4, delay_ms=10), "Queries") == 1


def test_each_story_names_its_fault(bench: Bench) -> None:
    naive = trouble.Steps(NaiveCache)
    stale = naive.old_copy(bench, new="24.90")
    assert "cem then read 19.90: stale set" in stale.says
    assert 0 < int(str(count(stale, "Wrong for"))) <= 60
    assert naive.failing_database(bench).says == (
        "One read asked the failing database twice: double query. The catch was meant for Redis."
    )
    assert naive.without_redis(bench, readers=12).says == (
        "Redis is gone. 12 of 12 readers stood before the database at once: as many as came."
    )


def test_the_hardened_cache_passes_the_same_stories(bench: Bench) -> None:
    hardened = trouble.Steps(Cache)
    fresh = hardened.old_copy(bench, new="24.90")
    assert "cem then read 24.90: ann's old row was refused" in fresh.says
    assert count(fresh, "Wrong for") == 0
    assert count(hardened.failing_database(bench), "Queries") == 1
    bounded = hardened.without_redis(bench, readers=12)
    assert count(bounded, "Queries") == 12, "everyone is served, a few at a time"
    assert int(str(count(bounded, "At one moment"))) <= 4


def test_the_first_reader_pays_for_the_others(bench: Bench) -> None:
    assert live.read(bench, who="ann", **READ).says.startswith("Miss: ann asked the database, read '19.90'")
    assert live.read(bench, who="ben", **READ).says == (
        "Hit: ben read '19.90' from Redis, and the database heard nothing."
    )


def test_a_change_is_seen_by_the_next_reader(bench: Bench) -> None:
    live.read(bench, who="ann", **READ)
    live.change(bench, who="cem", key="shoe-7", value="24.90", delay_ms=0)
    assert "read '24.90'" in live.read(bench, who="ben", **READ).says


def test_absence_is_remembered_for_a_while(bench: Bench) -> None:
    assert "Ask again" in live.read_absent(bench, who="ann", key="shoe-404").says
    assert "absence is cached too" in live.read_absent(bench, who="ben", key="shoe-404").says
    bench.fast_forward(70)
    assert "Ask again" in live.read_absent(bench, who="ann", key="shoe-404").says
    live.read(bench, who="ann", **READ)
    assert live.read_absent(bench, who="ann", key="shoe-7").says.startswith("shoe-7 exists")


def test_an_old_copy_is_served_while_the_database_is_off(bench: Bench) -> None:
    live.read(bench, who="ann", **READ)
    assert "the database was not needed" in live.read_while_down(bench, who="ben", key="shoe-7").says
    bench.fast_forward(70)
    assert (
        "an old copy, because the database failed"
        in live.read_while_down(bench, who="ben", key="shoe-7").says
    )
    bench.fast_forward(300)
    assert "No copy is left" in live.read_while_down(bench, who="ben", key="shoe-7").says


def test_without_redis_the_row_still_comes(bench: Bench) -> None:
    shown = live.read_without_redis(bench, who="ann", key="shoe-7", delay_ms=0)
    assert shown.says.startswith("Redis refused the connection. ann read '19.90' from the database")
    assert count(shown, "Queries now") == 1


def test_the_picture_has_a_lane_for_the_database_and_each_client(bench: Bench) -> None:
    live.read(bench, who="ann", **READ)
    live.read(bench, who="ben", **READ)
    drawn = live.picture(bench)
    assert isinstance(drawn, Timeline)
    assert [lane.name for lane in drawn.lanes] == ["database", "ann", "ben"]
    assert [span.label for lane in drawn.lanes for span in lane.spans] == ["load, ann", "miss", "hit"]


def test_the_database_is_real_and_raises_the_version_with_each_save() -> None:
    desk = Shop(Ledger(lambda: 0.0)).desk("ann")
    assert desk.load("shoe-7") is None
    assert desk.save("shoe-7", "19.90") == Row("19.90", 1)
    assert desk.save("shoe-7", "24.90") == Row("24.90", 2)
    assert desk.load("shoe-7") == Row("24.90", 2)


def test_the_database_counts_who_is_there_at_once() -> None:
    shop = Shop(Ledger(lambda: 0.0))
    shop.expect(5)
    threads = [threading.Thread(target=shop.desk(f"reader {n}").load, args=("x",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (shop.queries, shop.most_at_once, shop.at_once) == (5, 5, 0)


def test_a_database_that_is_off_fails_and_counts_the_query() -> None:
    shop = Shop(Ledger(lambda: 0.0))
    shop.down = True
    with pytest.raises(sqlite3.OperationalError, match="switched off"):
        shop.desk("ann").load("x")
    assert (shop.queries, shop.failed, shop.at_once) == (1, 1, 0)
