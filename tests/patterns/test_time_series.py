"""One contract for the three series, how the naive one goes wrong, what the other two keep and cost."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.time_series import CoreSeries, NaiveSeries, Sample, Series
from patterns.time_series.sample import LATEST
from tests.patterns import time_series as shared
from tests.patterns.bench import keyspace, round_trips
from tests.patterns.time_series import (
    EVERYWHERE,
    HOUR,
    KEPT,
    KEY,
    LOADED,
    NOON,
    REAL,
    Make,
    Version,
    bucket,
    places,
)

fake = shared.fake
make = shared.make

ALL = pytest.mark.parametrize("version", [NaiveSeries, Series, CoreSeries])


# The contract


def test_each_version_runs_somewhere(redis: Redis) -> None:
    assert {"NaiveSeries", "Series", "CoreSeries"} == {
        mark.id.partition("-")[0] for mark in EVERYWHERE.mark.args[1]
    }
    assert ("timeseries" in {module["name"] for module in redis.module_list()}) == LOADED


@EVERYWHERE
def test_samples_come_back_in_order(make: Make) -> None:
    series = make()
    values = [0.1, -2.0, 1e300, 0.0, 1 / 3]
    assert [series.add(value, NOON + place) for place, value in enumerate(values)] == [True] * 5
    expected = [Sample(NOON + place, value) for place, value in enumerate(values)]
    assert series.samples(NOON, NOON + 4) == expected
    assert series.samples(NOON + 1, NOON + 3) == expected[1:4]
    assert series.samples(0, LATEST, count=2) == expected[:2]
    assert series.samples(NOON + 5, NOON) == []


@EVERYWHERE
def test_closed_buckets_say_what_was_in_them(make: Make) -> None:
    series = make()
    for place, value in ((0, 1.5), (500, -2), (999, 4), (1_000, 7), (3_200, 8), (3_300, 0.25), (9_000, 1)):
        series.add(value, NOON + place)
    expected = [bucket(NOON, 1.5, -2, 4), bucket(NOON + 1_000, 7), bucket(NOON + 3_000, 8, 0.25)]
    assert series.buckets(NOON, NOON + 8_999) == expected
    assert series.buckets(NOON + 999, NOON + 1_001) == expected[:2]  # both moments lie in a bucket
    assert series.buckets(NOON + 1_000, NOON) == []
    assert expected[0].mean == pytest.approx(3.5 / 3)


@EVERYWHERE
def test_an_empty_series_has_nothing(make: Make) -> None:
    series = make()
    assert series.samples(0, LATEST) == series.buckets(NOON, NOON + HOUR) == []
    assert keyspace(series.redis) == {}


@EVERYWHERE
def test_metrics_and_namespaces_do_not_mix(make: Make) -> None:
    for number, series in enumerate((make(), make("disk"), make(namespace="other:"))):
        assert series.add(number, NOON)
        assert series.samples(0, LATEST) == [Sample(NOON, number)]


@ALL
@pytest.mark.parametrize(
    ("value", "at_ms", "says"),
    [
        (math.nan, NOON, "value must be a finite number, not nan"),
        (math.inf, NOON, "value must be a finite number, not inf"),
        ("1", NOON, "value must be a finite number, not '1'"),
        (True, NOON, "value must be a finite number, not True"),
        (1e301, NOON, "value must be between -1e[+]300 and 1e[+]300"),
        (1, -1, "at_ms must be between 0 and 4,503,599,627,370,496, not -1"),
        (1, NOON / 1_000 + 0.5, "at_ms must be a whole number"),
        (1, None, "at_ms must be a whole number, not None"),
    ],
)
def test_a_bad_sample_never_leaves(
    version: Version, value: float, at_ms: int, says: str, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "cpu").add(value, at_ms)


@ALL
def test_a_bad_question_never_leaves(version: Version, nowhere: Redis) -> None:
    series = version(nowhere, "cpu")
    for bad, says in (
        (lambda: series.samples(-1, 5), "from_ms must be between 0"),
        (lambda: series.samples(0, math.nan), "to_ms must be a whole number, not nan"),
        (lambda: series.samples(0, 5, 0), "count must be between 1 and 10,000, not 0"),
        (lambda: series.buckets("0", 5), "from_ms must be a whole number, not '0'"),
        (
            lambda: series.buckets(0, 600_000_000),
            "number of buckets must be between 1 and 10,000, not 10,001",
        ),
        (lambda: version(nowhere, "a{b"), "metric must not contain braces"),
        (lambda: version(nowhere, "cpu", bucket_ms=0), "bucket_ms must be between 1 and 86,400,000, not 0"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


@pytest.mark.parametrize("version", [Series, CoreSeries])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"keep": 0}, "keep must be between 1 and"),
        ({"keep": 119}, "keep must be at least two buckets, 120,000 ms, not 119,000 ms"),
        ({"keep": 200, "keep_buckets": 199}, "keep_buckets must be between 200 and"),
        ({"ahead_ms": -1}, "ahead_ms must be between 0"),
    ],
)
def test_bad_limits_are_never_made(
    version: type[Series], options: dict[str, int], says: str, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "cpu", **options)


def test_the_module_is_refused_in_another_database_than_the_first() -> None:
    """In database 3, module 1.12 answers every command and leaves late samples and LATEST out."""
    with pytest.raises(ValueError, match="in database 0 only"):
        Series(Redis(db=3), "cpu")
    assert Series(Redis(db=0), "cpu").key == CoreSeries(Redis(db=3), "cpu").key == KEY


@EVERYWHERE
def test_a_key_of_another_type_is_reported_and_kept(make: Make) -> None:
    series = make()
    series.redis.set(KEY, "mine")
    for ask in (lambda: series.add(1, NOON), lambda: series.samples(0, 1)):
        with pytest.raises(ResponseError, match=r"WRONGTYPE|wrong kind|not a TSDB"):
            ask()
    assert keyspace(series.redis) == {KEY: ("string", None)}


# How the naive one goes wrong


@places((NaiveSeries, (*REAL, "fake")))
def test_naive_refuses_a_retry(make: Make) -> None:
    series = make()
    series.add(1, NOON)  # and its reply is lost
    with pytest.raises(ResponseError, match="DUPLICATE_POLICY is set to BLOCK"):
        series.add(1, NOON)


@places((NaiveSeries, (*REAL, "fake")))
def test_naive_keeps_everything_for_ever(make: Make) -> None:
    series = make()
    series.add(1, 0)
    series.add(1, NOON)
    assert len(series.samples(0, LATEST)) == 2
    assert [left for _, left in keyspace(series.redis).values()] == [None]


# Keys and cost


@KEPT
def test_the_keys_left_behind_are_those_of_the_card(version: Version, make: Make) -> None:
    series = make()
    series.add(1, NOON)
    if version is Series:
        kind = "TSDB-TYPE"
        names = [KEY, *(f"{KEY}:{what}" for what in ("count", "total", "low", "high"))]
        assert keyspace(series.redis) == {name: (kind, 600) for name in names}
    else:
        assert keyspace(series.redis) == {
            KEY: ("zset", 600),
            f"{KEY}:buckets:{NOON // 60_000}": ("hash", 600),
        }


@places((Series, (*REAL[:1], "fake")))  # redis-py reads TS.INFO as text only
def test_rules_and_retention_are_those_of_the_card(make: Make) -> None:
    series = make()
    series.add(1, NOON)
    info = series.redis.ts().info(KEY)
    assert info.retention_msecs == 60_000
    compacted = {key if isinstance(key, str) else key[0] for key in info.rules}  # a mapping in RESP3
    assert compacted == {f"{KEY}:{what}" for what in ("count", "total", "low", "high")}
    assert series.redis.ts().info(f"{KEY}:count").retention_msecs == 600_000


@places((Series, REAL), (CoreSeries, ("redis", "raw_redis")))
def test_round_trips_are_those_of_the_card(make: Make) -> None:
    series = make()
    series.add(1, NOON)
    series.samples(0, 1)
    series.buckets(0, 1)
    for ask in (
        lambda: series.add(2, NOON + 1),
        lambda: series.samples(0, LATEST),
        lambda: series.buckets(NOON, NOON + HOUR),
    ):
        with round_trips(series.redis) as count:
            ask()
        assert count.number == 1


def test_the_core_series_takes_the_memory_of_the_card(redis: Redis) -> None:
    series = CoreSeries(redis, "cpu", bucket_ms=1_000, now=lambda: (NOON + HOUR) / 1_000)
    for place in range(0, 60_000, 30):
        series.add(place / 7, NOON + place)
    assert 80 < redis.memory_usage(KEY, samples=0) / 2_000 < 140
    assert redis.object("ENCODING", f"{KEY}:buckets:{NOON // 60_000}") == "listpack"
    assert 30 < redis.memory_usage(f"{KEY}:buckets:{NOON // 60_000}", samples=0) / 60 < 80
