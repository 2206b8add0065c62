"""One contract for both throttles, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from lab.clock import fast_forward
from patterns.request_throttle import Decision, NaiveThrottle, Throttle
from tests.patterns.bench import Meanwhile, keyspace, round_trips, together
from tests.patterns.lossy import loses_reply

BOTH = pytest.mark.parametrize("version", [NaiveThrottle, Throttle])
KEY = "throttle:search:{ann}"
Version = type[NaiveThrottle] | type[Throttle]
ON_REDIS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Time:
    """A clock that a test sets, in milliseconds."""

    def __init__(self, ms: int = 0) -> None:
        self.ms = ms

    def __call__(self) -> float:
        return 1_800_000_000 + self.ms / 1000


def admitted(throttle: NaiveThrottle | Throttle, times: int, client_id: str = "ann") -> int:
    return sum(throttle.allow(client_id).allowed for _ in range(times))


# The contract


@BOTH
def test_a_client_gets_its_limit_and_no_more(version: Version, client: Redis) -> None:
    throttle = version(client, "search", 3, 60)
    assert [throttle.allow("ann").allowed for _ in range(5)] == [True, True, True, False, False]


@BOTH
def test_a_decision_says_how_many_are_left_and_when_to_come_back(version: Version, client: Redis) -> None:
    throttle = version(client, "search", 2, 60)
    assert throttle.allow("ann") == Decision(True, 1, 0.0)
    assert throttle.allow("ann") == Decision(True, 0, 0.0)
    refused = throttle.allow("ann")
    assert (refused.allowed, refused.remaining) == (False, 0)
    assert 0 < refused.retry_after <= 60


@BOTH
def test_a_request_may_count_as_several(version: Version, client: Redis) -> None:
    throttle = version(client, "search", 10, 60)
    assert throttle.allow("ann", 7) == Decision(True, 3, 0.0)
    assert not throttle.allow("ann", 4).allowed


@BOTH
def test_after_a_window_the_limit_is_free_again(version: Version, redis: Redis) -> None:
    throttle = version(redis, "search", 3, 60)
    assert admitted(throttle, 5) == 3
    fast_forward(redis, 60)
    assert keyspace(redis) == {}
    assert admitted(throttle, 5) == 3


@BOTH
def test_clients_throttles_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    assert version(client, "search", 1, 60).allow("ann").allowed
    assert version(client, "search", 1, 60).allow("ben").allowed
    assert version(client, "upload", 1, 60).allow("ann").allowed
    assert version(client, "search", 1, 60, namespace="other:").allow("ann").allowed
    assert not version(client, "search", 1, 60).allow("ann").allowed


@BOTH
def test_client_ids_may_be_any_text_without_braces(version: Version, client: Redis) -> None:
    throttle = version(client, "full text", 1, 60)
    for client_id in ("Žofie 🎉", "2001:db8::1", "a b\nc", "x" * 256):
        assert throttle.allow(client_id).allowed
        assert not throttle.allow(client_id).allowed


@pytest.mark.parametrize(
    ("version", "left"), [(NaiveThrottle, {KEY: ("string", 60)}), (Throttle, {KEY: ("hash", 6)})]
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, left: object, client: Redis) -> None:
    version(client, "search", 10, 60).allow("ann")
    assert keyspace(client) == left


@BOTH
@pytest.mark.parametrize("limit", [0, -1, 1.0, "5", None, True, math.nan, 1_000_001])
def test_a_limit_that_is_no_whole_number_from_one_up_is_refused(
    version: Version, limit: int, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match="limit must be"):
        version(nowhere, "search", limit, 60)


@BOTH
@pytest.mark.parametrize("window", [0, -1, math.nan, math.inf, "60", None, True, 32 * 86_400])
def test_a_window_that_is_no_time_is_refused(version: Version, window: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="window_s must be"):
        version(nowhere, "search", 5, window)


@BOTH
@pytest.mark.parametrize("cost", [0, -1, 1.5, "1", None, True, 6])
def test_a_cost_that_could_never_be_paid_never_leaves(version: Version, cost: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="cost must be"):
        version(nowhere, "search", 5, 60).allow("ann", cost)


@BOTH
@pytest.mark.parametrize(
    ("client_id", "says"),
    [
        ("", "client_id must not be empty"),
        (b"ann", "client_id must be text, not bytes"),
        (None, "client_id must be text, not NoneType"),
        ("\ud800", "client_id holds characters that UTF-8 cannot carry"),
        ("a}b", "client_id must not contain braces"),
        ("x" * 257, "client_id must have at most 256 bytes, not 257"),
    ],
)
def test_a_bad_client_id_never_leaves(version: Version, client_id: str, says: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "search", 5, 60).allow(client_id)


@BOTH
def test_a_bad_name_is_refused(version: Version, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="name must not contain braces"):
        version(nowhere, "{search}", 5, 60)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    client.rpush(KEY, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        version(client, "search", 5, 60).allow("ann")
    assert keyspace(client) == {KEY: ("list", None)}


# How the naive one goes wrong


def die() -> None:
    raise RedisConnectionError("killed by the kernel")


def test_naive_immortal_key_when_the_client_dies_in_between(redis: Redis) -> None:
    with pytest.raises(RedisConnectionError):
        NaiveThrottle(Meanwhile(redis, "incrby", die), "search", 3, 60).allow("ann")
    throttle = NaiveThrottle(redis, "search", 3, 60)
    assert admitted(throttle, 5) == 2
    fast_forward(redis, 10 * 365 * 86_400)
    assert throttle.allow("ann") == Decision(False, 0, 0.0)  # ten years later, and "come back at once"
    assert keyspace(redis) == {KEY: ("string", None)}


def test_naive_immortal_key_when_only_a_reply_is_lost(redis: Redis) -> None:
    lossy = loses_reply(redis, "INCRBY")
    assert NaiveThrottle(lossy, "search", 3, 60).allow("ann").allowed
    assert keyspace(redis) == {KEY: ("string", None)}  # the retry got 2, and 2 is not 1
    lossy.close()


# What the hardened one promises, everywhere


def test_a_client_that_dies_leaves_a_bucket_that_goes(redis: Redis) -> None:
    Throttle(redis, "search", 3, 60).allow("ben")  # the server knows the script now
    dying = loses_reply(redis, "EVALSHA", retries=0)
    with pytest.raises(RedisConnectionError):
        Throttle(dying, "search", 3, 60).allow("ann")
    assert keyspace(redis)[KEY] == ("hash", 20)
    fast_forward(redis, 60)
    assert admitted(Throttle(redis, "search", 3, 60), 5) == 3
    dying.close()


def test_a_lost_reply_costs_a_token_and_nothing_else(redis: Redis) -> None:
    Throttle(redis, "search", 3, 60).allow("ben")  # the server knows the script now
    lossy = loses_reply(redis, "EVALSHA")
    assert Throttle(lossy, "search", 3, 60).allow("ann") == Decision(True, 1, 0.0)
    assert keyspace(redis)[KEY] == ("hash", 40)
    lossy.close()


def test_threads_together_get_no_more_than_the_limit(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 30, 3_600, now=Time())
    assert sum(together(*[lambda: admitted(throttle, 10)] * 8)) == 30


def test_tokens_come_back_evenly(anywhere: Redis) -> None:
    clock = Time()
    throttle = Throttle(anywhere, "search", 10, 60, now=clock)
    assert admitted(throttle, 15) == 10
    clock.ms = 5_999
    assert throttle.allow("ann") == Decision(False, 0, 0.001)
    clock.ms = 6_000
    assert throttle.allow("ann") == Decision(True, 0, 0.0)
    clock.ms = 24_000
    assert admitted(throttle, 15) == 3


def test_a_burst_may_be_smaller_or_larger_than_the_limit(anywhere: Redis) -> None:
    clock = Time()
    small = Throttle(anywhere, "small", 10, 60, burst=2, now=clock)
    large = Throttle(anywhere, "large", 10, 60, burst=30, now=clock)
    assert (admitted(small, 50), admitted(large, 50)) == (2, 30)
    clock.ms = 60_000
    assert (admitted(small, 50), admitted(large, 50)) == (2, 10)


def test_a_bucket_never_holds_more_than_its_burst(anywhere: Redis) -> None:
    clock = Time()
    throttle = Throttle(anywhere, "search", 10, 60, now=clock)
    throttle.allow("ann")
    clock.ms = 7 * 86_400_000
    assert throttle.allow("ann") == Decision(True, 9, 0.0)


def test_a_bucket_is_gone_when_it_would_be_full(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 10, 60)
    throttle.allow("ann", 5)
    assert keyspace(anywhere) == {KEY: ("hash", 30)}
    throttle.allow("ann", 5)
    assert keyspace(anywhere) == {KEY: ("hash", 60)}


def test_a_bucket_bears_the_servers_time_and_goes_in_the_millisecond_it_is_full(redis: Redis) -> None:
    def milliseconds() -> int:
        seconds, micros = redis.time()
        return seconds * 1000 + micros // 1000

    for _ in range(20):
        redis.flushall()
        before = milliseconds()
        Throttle(redis, "search", 7, 10).allow("ann")
        counted_at = int(redis.hget(KEY, "at"))
        assert before <= counted_at <= milliseconds()
        assert redis.pexpiretime(KEY) - counted_at == 1_429  # a seventh of ten seconds, rounded up


def test_a_refused_request_takes_nothing(anywhere: Redis) -> None:
    clock = Time()
    throttle = Throttle(anywhere, "search", 10, 60, now=clock)
    throttle.allow("ann", 8)
    before = anywhere.hgetall(KEY)
    clock.ms = 10
    assert throttle.allow("ann", 5) == Decision(False, 2, 17.99)
    assert anywhere.hgetall(KEY) == before
    assert throttle.allow("ann", 2).allowed


def test_the_largest_bucket_counts_exactly(anywhere: Redis) -> None:
    clock = Time()
    throttle = Throttle(anywhere, "search", 1_000_000, 31 * 86_400, now=clock)
    assert throttle.allow("ann", 999_999) == Decision(True, 1, 0.0)
    assert throttle.allow("ann", 2).retry_after == 2.679  # one token: 2,678.4 ms, rounded up
    clock.ms = 2_678
    assert not throttle.allow("ann", 2).allowed
    clock.ms = 2_679
    assert throttle.allow("ann", 2) == Decision(True, 0, 0.0)


def test_reservations_are_handed_out_one_after_the_other(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 2, 10, now=Time())
    assert [throttle.reserve("ann") for _ in range(5)] == [0.0, 0.0, 5.0, 10.0, None]


def test_a_reservation_that_would_come_too_late_takes_nothing(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 2, 10, now=Time())
    throttle.reserve("ann", 2)
    assert throttle.reserve("ann", 2, max_wait=9.9) is None
    assert throttle.reserve("ann", 2, max_wait=10) == 10.0


def test_what_is_reserved_is_not_there_to_be_taken(anywhere: Redis) -> None:
    clock = Time()
    throttle = Throttle(anywhere, "search", 2, 10, now=clock)
    assert [throttle.reserve("ann") for _ in range(4)] == [0.0, 0.0, 5.0, 10.0]
    assert throttle.allow("ann") == Decision(False, 0, 15.0)
    clock.ms = 10_000
    assert throttle.allow("ann") == Decision(False, 0, 5.0)
    clock.ms = 15_000
    assert throttle.allow("ann").allowed


def test_a_bucket_in_debt_stays_until_it_is_full(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 2, 10)
    for _ in range(4):
        throttle.reserve("ann")
    assert keyspace(anywhere) == {KEY: ("hash", 20)}


@pytest.mark.parametrize("max_wait", [-1, math.nan, "1", 86_401])
def test_a_wait_that_is_no_time_never_leaves(max_wait: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="max_wait must be"):
        Throttle(nowhere, "search", 5, 60).reserve("ann", max_wait=max_wait)


@pytest.mark.parametrize("burst", [0, 1.0, "5", True, 1_000_001])
def test_a_burst_that_is_no_whole_number_is_refused(burst: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="burst must be"):
        Throttle(nowhere, "search", 5, 60, burst=burst)


def test_a_clock_that_steps_back_brings_no_tokens(anywhere: Redis) -> None:
    clock = Time(60_000)
    throttle = Throttle(anywhere, "search", 2, 600, now=clock)
    throttle.allow("ann")
    clock.ms = 0
    assert throttle.allow("ann") == Decision(True, 0, 0.0)
    clock.ms = 60_000
    assert throttle.allow("ann") == Decision(False, 0, 300.0)


def test_without_a_clock_of_its_own_it_is_the_servers(anywhere: Redis) -> None:
    throttle = Throttle(anywhere, "search", 1, 3_600)
    assert throttle.allow("ann").allowed
    assert 3_000 < throttle.allow("ann").retry_after <= 3_600


def test_asking_takes_one_round_trip(redis: Redis) -> None:
    throttle = Throttle(redis, "search", 1, 60)
    throttle.allow("ben")
    for ask in (throttle.allow, throttle.allow, throttle.reserve):
        with round_trips(redis) as count:
            ask("ann")
        assert count.number == 1


# Properties: whatever the rate, the burst, the costs and the moments at which requests come

# Windows are long, so that no TTL, which runs by the server's clock, ends during a test.
gaps_and_costs = st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 5)), min_size=1, max_size=40)
rates = {"limit": st.integers(1, 9), "window": st.integers(60_000, 99_999), "burst": st.integers(5, 9)}


@ON_REDIS
@given(requests=gaps_and_costs, **rates)
@example(requests=[(0, 5), (20_000, 1), (1, 1), (19_999, 1)], limit=3, window=60_001, burst=5)
def test_a_bucket_holds_what_arithmetic_says(
    redis: Redis, requests: list[tuple[int, int]], limit: int, window: int, burst: int
) -> None:
    redis.flushall()
    clock = Time()
    throttle = Throttle(redis, "search", limit, window / 1000, burst=burst, now=clock)
    tokens = Fraction(burst)
    for gap, cost in requests:
        clock.ms += gap
        tokens = min(Fraction(burst), tokens + Fraction(gap * limit, window))
        free = tokens >= cost
        tokens -= cost * free
        wait = 0 if free else math.ceil((cost - tokens) * window / limit)
        assert throttle.allow("ann", cost) == Decision(free, math.floor(tokens), wait / 1000)


@ON_REDIS
@given(requests=gaps_and_costs, **rates)
def test_no_stretch_of_time_gets_more_than_a_burst_and_its_share(
    redis: Redis, requests: list[tuple[int, int]], limit: int, window: int, burst: int
) -> None:
    redis.flushall()
    clock = Time()
    throttle = Throttle(redis, "search", limit, window / 1000, burst=burst, now=clock)
    let_go: list[tuple[int, int]] = []
    for gap, cost in requests:
        clock.ms += gap
        if gap % 2:
            wait = throttle.reserve("ann", cost)
        else:
            wait = 0.0 if throttle.allow("ann", cost).allowed else None
        if wait is not None:
            let_go.append((clock.ms + round(wait * 1000), cost))
    let_go.sort()
    for first, last in itertools.combinations_with_replacement(range(len(let_go)), 2):
        together = sum(cost for _, cost in let_go[first : last + 1])
        # Waits are rounded up to the millisecond, so the first of a stretch may be late by one.
        took = let_go[last][0] - let_go[first][0] + 1
        assert together <= burst + Fraction(took * limit, window)
