"""One contract for both counts, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import fakeredis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import ResponseError

from patterns.unique_visitors import STANDARD_ERROR, Estimate, NaiveVisitors, Visitors
from tests.patterns.bench import keyspace, round_trips

BOTH = pytest.mark.parametrize("version", [NaiveVisitors, Visitors])
MONDAY = date(2026, 3, 23)
WEEK = [MONDAY + timedelta(days) for days in range(7)]
KEY = "visitors:{shop:home}:2026-03-23"
Version = type[NaiveVisitors] | type[Visitors]
Anywhere = Redis | RedisCluster


def crowd(visitors: NaiveVisitors | Visitors, first: int, last: int, day: date = MONDAY) -> None:
    """Visitors number `first` to `last`, the last left out, look at the page home."""
    for number in range(first, last):
        visitors.visit("home", f"visitor {number}", day)


# The contract


@BOTH
def test_a_visitor_counts_once_a_day(version: Version, client: Redis) -> None:
    visitors = version(client, "shop")
    for visitor in ("ann", "ben", "ann", "ann"):
        visitors.visit("home", visitor, MONDAY)
    assert visitors.count("home", MONDAY) == Estimate(2)


@BOTH
def test_nobody_is_none(version: Version, client: Redis) -> None:
    visitors = version(client, "shop")
    assert visitors.count("home", MONDAY) == visitors.count_span("home", WEEK) == Estimate(0)


@BOTH
def test_different_visitors_of_several_days_add_up(version: Version, anywhere: Anywhere) -> None:
    if version is NaiveVisitors and isinstance(anywhere, RedisCluster):
        version = Visitors  # the contract on the cluster is the hardened one's
    visitors = version(anywhere, "shop")
    for number, day in enumerate(WEEK):
        visitors.visit("home", f"visitor {number}", day)
    assert visitors.count_span("home", WEEK) == Estimate(7)


@BOTH
def test_sites_pages_days_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client, "shop").visit("home", "ann", MONDAY)
    assert version(client, "blog").count("home", MONDAY) == Estimate(0)
    assert version(client, "shop").count("about", MONDAY) == Estimate(0)
    assert version(client, "shop").count("home", WEEK[1]) == Estimate(0)
    assert version(client, "shop", namespace="other:").count("home", MONDAY) == Estimate(0)


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveVisitors, {KEY: None, f"{KEY}:count": None}),
        (Visitors, {KEY: 400 * 86_400}),
    ],
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, left: object, redis: Redis) -> None:
    version(redis, "shop").visit("home", "ann", MONDAY)
    assert {key: ttl for key, (_, ttl) in keyspace(redis).items()} == left


@BOTH
@pytest.mark.parametrize("day", ["2026-03-23", 20260323, None, datetime(2026, 3, 23, tzinfo=UTC)])
def test_a_day_that_is_no_date_never_leaves(version: Version, day: date, nowhere: Redis) -> None:
    visitors = version(nowhere, "shop")
    for ask in (
        lambda: visitors.visit("home", "ann", day),
        lambda: visitors.count("home", day),
        lambda: visitors.count_span("home", [day]),
    ):
        with pytest.raises(ValueError, match="day must be a date, not"):
            ask()


@BOTH
def test_a_bad_name_or_span_never_leaves(version: Version, nowhere: Redis) -> None:
    visitors = version(nowhere, "shop")
    with pytest.raises(ValueError, match="page must not be empty"):
        visitors.visit("", "ann", MONDAY)
    with pytest.raises(ValueError, match="visitor must be text, not NoneType"):
        visitors.visit("home", None, MONDAY)
    with pytest.raises(ValueError, match="page must not contain braces"):
        visitors.count("{home}", MONDAY)
    with pytest.raises(ValueError, match="the number of days must be between 1 and 366, not 0"):
        visitors.count_span("home", [])
    with pytest.raises(ValueError, match="site must have at most 256 bytes"):
        version(nowhere, "x" * 257)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, redis: Redis) -> None:
    redis.hset(KEY, "mine", 1)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        version(redis, "shop").visit("home", "ann", MONDAY)
    assert keyspace(redis) == {KEY: ("hash", None)}


# How the naive one goes wrong


def test_naive_double_count(client: Redis) -> None:
    visitors = NaiveVisitors(client, "shop")
    for day in WEEK:
        crowd(visitors, 0, 10, day)
    assert visitors.count_span("home", WEEK) == Estimate(70)  # and not 10


def test_naive_undercount(redis: Redis) -> None:
    visitors = NaiveVisitors(redis, "shop")
    crowd(visitors, 0, 5_000)
    assert visitors.count("home", MONDAY).high < 5_000  # the truth lies outside the band it claims


# What the hardened one promises


def test_a_span_counts_everybody_once(anywhere: Anywhere) -> None:
    visitors = Visitors(anywhere, "shop")
    for day in WEEK:
        crowd(visitors, 0, 10, day)
    assert visitors.count_span("home", WEEK) == Estimate(10)


def test_the_truth_lies_in_the_band(redis: Redis) -> None:
    visitors = Visitors(redis, "shop")
    crowd(visitors, 0, 5_000)
    estimate = visitors.count("home", MONDAY)
    assert estimate.low <= 5_000 <= estimate.high
    assert estimate.count != 5_000, "a real sketch is an estimate; is this fakeredis?"


def test_the_band_is_two_standard_errors() -> None:
    assert round(STANDARD_ERROR, 6) == 0.008125
    assert (Estimate(1_000_000).low, Estimate(1_000_000).high) == (983_750, 1_016_250)
    assert (Estimate(0).low, Estimate(0).high) == (0, 0)


def test_a_full_sketch_has_12304_bytes(raw_redis: Redis) -> None:
    raw_redis.execute_command("PFADD", KEY, *range(20_000))
    assert raw_redis.strlen(KEY) == 12_304


def test_parts_gathered_are_the_same_sketch_as_one(anywhere: Anywhere) -> None:
    spread, one = Visitors(anywhere, "spread", parts=4), Visitors(anywhere, "one")
    for visitors in (spread, one):
        crowd(visitors, 0, 1_000)
    assert spread.count("home", MONDAY) != one.count("home", MONDAY)
    assert spread.gather("home", MONDAY) == 3
    assert spread.count("home", MONDAY) == one.count("home", MONDAY)


def test_gathering_again_counts_nobody_twice_and_new_visitors_too(anywhere: Anywhere) -> None:
    visitors = Visitors(anywhere, "shop", parts=4)
    crowd(visitors, 0, 100)
    visitors.gather("home", MONDAY)
    visitors.gather("home", MONDAY)
    assert visitors.count("home", MONDAY) == Estimate(100)
    crowd(visitors, 0, 120)
    visitors.gather("home", MONDAY)
    assert visitors.count("home", MONDAY) == Estimate(120)


def test_gathering_leaves_no_copies(client: Redis) -> None:
    visitors = Visitors(client, "shop", parts=4, keep=60)
    crowd(visitors, 0, 100)
    visitors.gather("home", MONDAY)
    parts = [f"visitors:{{shop:home:{part}}}:2026-03-23" for part in range(1, 4)]
    assert {key: ttl for key, (_, ttl) in keyspace(client).items()} == dict.fromkeys([KEY, *parts], 60)


def test_gathering_nobody_writes_nothing(client: Redis) -> None:
    assert Visitors(client, "shop", parts=4).gather("home", MONDAY) == 0
    assert keyspace(client) == {}


def test_the_parts_of_a_page_lie_in_different_slots() -> None:
    visitors = Visitors(fakeredis.FakeRedis(), "shop", parts=8)
    keys = [visitors._key("home", MONDAY, part) for part in range(8)]
    assert len({key_slot(key.encode()) for key in keys}) == 8


def test_a_visitor_always_goes_to_the_same_part(redis: Redis) -> None:
    for _ in range(3):
        Visitors(redis, "shop", parts=64).visit("home", "ann", MONDAY)
    assert len(keyspace(redis)) == 1


def test_a_part_of_another_type_is_reported_and_nothing_is_merged(redis: Redis) -> None:
    visitors = Visitors(redis, "shop", parts=2)
    redis.pfadd(KEY, "ann")
    redis.hset("visitors:{shop:home:1}:2026-03-23", "mine", 1)
    before = visitors.count("home", MONDAY)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        visitors.gather("home", MONDAY)
    assert visitors.count("home", MONDAY) == before
    assert [left for key, (_, left) in keyspace(redis).items() if ":gather:" in key] == [60]


def test_round_trips_are_those_of_the_card(redis: Redis) -> None:
    visitors = Visitors(redis, "shop", parts=4)
    crowd(visitors, 0, 100)
    visitors.gather("home", MONDAY)
    for method, trips in (
        (lambda: visitors.visit("home", "ann", MONDAY), 1),
        (lambda: visitors.count("home", MONDAY), 1),
        (lambda: visitors.count_span("home", WEEK), 1),
        (lambda: visitors.gather("home", MONDAY), 4),
    ):
        with round_trips(redis) as count:
            method()
        assert count.number == trips


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), parts=st.integers(1, 6), visits=st.integers(0, 200))
def test_any_visits_in_any_order_and_any_parts_give_one_sketch(seed: int, parts: int, visits: int) -> None:
    redis, chance = fakeredis.FakeRedis(), random.Random(seed)
    seen = [f"visitor {chance.randrange(50)}" for _ in range(visits)]
    visitors = Visitors(redis, "shop", parts=parts)
    for visitor in seen:
        visitors.visit("home", visitor, MONDAY)
    visitors.gather("home", MONDAY)
    assert visitors.count("home", MONDAY).count == len(set(seen))


def test_no_part_of_a_page_is_another_page(anywhere: Redis) -> None:
    visitors = Visitors(anywhere, "shop", parts=4)
    for number in range(50):
        visitors.visit("news:1", f"v{number}", MONDAY)
    visitors.visit("news", "ann", MONDAY)
    visitors.gather("news", MONDAY)
    assert visitors.count("news", MONDAY).count == 1
    Visitors(anywhere, "a:b").visit("c", "ann", MONDAY)
    assert Visitors(anywhere, "a").count("b:c", MONDAY).count == 0
    assert Visitors(anywhere, "a%3Ab").count("c", MONDAY).count == 0
