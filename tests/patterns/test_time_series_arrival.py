"""Samples that come twice, late or too early: none counts twice, and no bucket loses what it had."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError

from patterns.time_series import CoreSeries, Sample, Series, TooLate
from patterns.time_series.sample import LATEST, bucketed
from tests.patterns import time_series as shared
from tests.patterns.bench import lost_reply, together
from tests.patterns.time_series import CORE, FAITHFUL, KEPT, KEY, NOON, REAL, Make, bucket, places

fake = shared.fake
make = shared.make


@KEPT
def test_a_retry_is_known_and_changes_nothing(make: Make) -> None:
    series = make()
    for _ in range(2):
        for place in (0, 500, 1_000, 2_000):
            series.add(0.1 + place, NOON + place)
    assert [series.add(0.1, NOON), series.add(500.1, NOON + 500)] == [False, False]
    assert len(series.samples(0, LATEST)) == 4
    assert series.buckets(NOON, NOON + 999) == [bucket(NOON, 0.1, 500.1)]


@KEPT
def test_another_value_for_a_moment_is_refused(make: Make) -> None:
    series = make()
    series.add(0.1, NOON)
    with pytest.raises(ValueError, match=f"cpu has another value at {NOON}, not 0.2: one series"):
        series.add(0.2, NOON)
    assert series.samples(0, LATEST) == [Sample(NOON, 0.1)]


@KEPT
def test_zero_has_no_sign_and_whole_numbers_are_numbers(make: Make) -> None:
    series = make()
    assert [series.add(-0.0, NOON), series.add(0, NOON), series.add(0.0, NOON)] == [True, False, False]
    assert [series.add(7, NOON + 1), series.add(7.0, NOON + 1)] == [True, False]


@KEPT
def test_a_sample_from_the_future_is_refused_before_it_can_drop_the_others(make: Make) -> None:
    series = make(now=lambda: NOON / 1_000, ahead_ms=5_000)
    assert (series.add(1, NOON), series.add(1, NOON + 5_000)) == (True, True)
    with pytest.raises(ValueError, match="lies too far in the future for cpu: look at the sender's clock"):
        series.add(1, NOON + 5_001)
    assert len(series.samples(0, LATEST)) == 2


@KEPT
def test_without_a_clock_of_its_own_the_servers_counts(make: Make) -> None:
    series = make(now=None, ahead_ms=60_000)
    redis = series.redis
    time = redis.time(target_nodes="random") if hasattr(redis, "nodes_manager") else redis.time()
    if isinstance(time, dict):
        (time,) = time.values()
    server = time[0] * 1_000
    assert series.add(1, server)
    with pytest.raises(ValueError, match="too far in the future"):
        series.add(1, server + 90_000)


@KEPT
def test_what_is_older_than_the_samples_kept_is_refused(make: Make) -> None:
    series = make()
    series.add(1, NOON + 60_500)
    assert series.add(1, NOON + 1_000)  # its bucket begins 59.5 seconds before the newest sample
    with pytest.raises(TooLate, match=f"cpu: the bucket of {NOON + 999} is partly older"):
        series.add(1, NOON + 999)  # within 60 seconds, but its bucket is not
    assert len(series.samples(0, LATEST)) == 2


@FAITHFUL
def test_the_open_bucket_is_there_too(make: Make) -> None:
    series = make()
    for place in (0, 10, 1_000):
        series.add(place, NOON + place)
    assert series.buckets(NOON, NOON + 1_000) == [bucket(NOON, 0, 10), bucket(NOON + 1_000, 1_000)]


@FAITHFUL
def test_a_late_sample_is_in_its_bucket_at_once(make: Make) -> None:
    series = make()
    for place in (0, 2_000, 4_000, 500, 2_500, 3_000):
        assert series.add(place, NOON + place)
    assert [sample.value for sample in series.samples(0, LATEST)] == [0, 500, 2_000, 2_500, 3_000, 4_000]
    assert series.buckets(NOON, NOON + 3_999) == [
        bucket(NOON, 0, 500),
        bucket(NOON + 2_000, 2_000, 2_500),
        bucket(NOON + 3_000, 3_000),
    ]


@FAITHFUL
def test_old_samples_go_and_their_buckets_stay(make: Make) -> None:
    series = make()
    for place in range(0, 100_000, 500):
        series.add(1, NOON + place)
    kept = series.samples(0, LATEST)
    assert (kept[0].at_ms, len(kept)) == (NOON + 99_500 - 60_000, 121)
    assert series.buckets(NOON, NOON + 98_999) == [bucket(NOON + at, 1, 1) for at in range(0, 99_000, 1_000)]


@FAITHFUL
def test_a_bucket_that_is_half_gone_never_shrinks(make: Make) -> None:
    """The module makes a bucket anew from what it has left: a late sample would have cost it the rest."""
    series = make(bucket_ms=30_000)
    for place in (0, 5_000, 10_000, 20_000, 40_000, 75_000):
        series.add(1, NOON + place)  # what is before 15,000 is gone now
    with pytest.raises(TooLate):
        series.add(1, NOON + 25_000)
    assert series.buckets(NOON, NOON) == [bucket(NOON, 1, 1, 1, 1)]


@pytest.mark.parametrize("where", [*REAL, "fake"])
def test_what_the_module_does_with_a_late_sample_in_a_bucket_that_is_half_gone(
    where: str, request: pytest.FixtureRequest
) -> None:
    send = request.getfixturevalue(where).execute_command
    send("TS.CREATE", "s", "RETENTION", 1_000)
    send("TS.CREATE", "d")
    send("TS.CREATERULE", "s", "d", "AGGREGATION", "count", 500)
    for at in (0, 100, 200, 300, 400, 600, 900, 1_300):
        send("TS.ADD", "s", at, 1)
    before = float(send("TS.RANGE", "d", 0, 99)[0][1])
    send("TS.ADD", "s", 350, 1)
    after = float(send("TS.RANGE", "d", 0, 99)[0][1])
    assert (before, after) == ((5, 5) if where == "fake" else (5, 3))


def test_what_fakeredis_leaves_out(fake: Redis) -> None:
    series = Series(fake, "cpu", bucket_ms=1_000, keep=60, now=lambda: NOON / 1_000)
    for place in (0, 1_000, 500):
        series.add(1, NOON - 10_000 + place)
    assert [sample.at_ms - NOON for sample in series.samples(0, LATEST)] == [-10_000, -9_000, -9_500]
    assert series.buckets(NOON - 10_000, NOON) != bucketed(series.samples(0, LATEST), 1_000)


@KEPT
def test_a_sample_whose_reply_is_lost_is_sent_again(make: Make, where: str) -> None:
    series = make()
    series.add(1, NOON)
    if where in ("redis", "raw_redis"):
        with lost_reply(series.redis), pytest.raises(ConnectionError):
            series.add(2, NOON + 1)
    else:
        series.add(2, NOON + 1)
    assert series.add(2, NOON + 1) is False
    series.add(3, NOON + 1_000)
    assert series.buckets(NOON, NOON + 999) == [bucket(NOON, 1, 2)]


@places((Series, REAL), (CoreSeries, ("redis", "raw_redis")))
def test_of_many_who_send_one_sample_one_adds_it(make: Make) -> None:
    series = make()
    for place in range(20):
        jobs = [partial(series.add, place, NOON + place)] * 4
        assert sorted(together(*jobs)) == [False, False, False, True]
    assert series.buckets(NOON, NOON) == [bucket(NOON, *range(20))]


@places((CoreSeries, CORE))
def test_a_bucket_that_has_outlived_its_time_is_made_of_its_samples_again(make: Make) -> None:
    series = make()
    series.add(1, NOON)
    series.redis.delete(f"{KEY}:buckets:{NOON // 60_000}")
    series.add(3, NOON + 1)
    assert series.buckets(NOON, NOON) == [bucket(NOON, 1, 3)]


@FAITHFUL
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(
        st.tuples(st.integers(0, 5_000), st.integers(-50, 50)), max_size=40, unique_by=lambda one: one[0]
    ),
    again=st.lists(st.integers(0, 39), max_size=10),
)
def test_buckets_are_what_was_added_in_any_order(
    make: Make, sent: list[tuple[int, int]], again: list[int]
) -> None:
    series = make()
    (series.redis.flushall() if not hasattr(series.redis, "nodes_manager") else clear(series))
    for place, value in sent:
        assert series.add(value, NOON + place)
    for index in again:
        if index < len(sent):
            assert series.add(sent[index][1], NOON + sent[index][0]) is False
    expected = [Sample(NOON + place, value) for place, value in sorted(sent)]
    assert series.samples(0, LATEST) == expected
    assert series.buckets(NOON, NOON + 5_000) == bucketed(expected, 1_000)


def clear(series: Any) -> None:
    for key in list(series.redis.scan_iter()):
        series.redis.delete(key)
