"""One contract for both limiters, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import functools
import itertools
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ResponseError

from lab.clock import fast_forward
from patterns.rate_limiter import Decision, NaiveRateLimiter, RateLimiter, headers
from tests.patterns.bench import Meanwhile, keyspace, round_trips, together

SlidingLog = functools.partial(RateLimiter, algorithm="log")
SlidingCounter = functools.partial(RateLimiter, algorithm="counter")
ALL = pytest.mark.parametrize(
    "version", [NaiveRateLimiter, SlidingLog, SlidingCounter], ids=["naive", "log", "counter"]
)
SLIDING = pytest.mark.parametrize("version", [SlidingLog, SlidingCounter], ids=["log", "counter"])
ON_REDIS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Limiter = NaiveRateLimiter | RateLimiter


class Time:
    """A clock that a test sets, in milliseconds since a minute began."""

    def __init__(self, ms: int = 0) -> None:
        self.ms = ms

    def __call__(self) -> float:
        return 1_800_000_000 + self.ms / 1000


def admitted(limiter: Limiter, times: int, client_id: str = "ann") -> int:
    return sum(limiter.allow(client_id).allowed for _ in range(times))


# The contract


@ALL
def test_no_more_than_the_limit_pass(version: type[Limiter], client: Redis) -> None:
    limiter = version(client, "login", 3, 60)
    assert [limiter.allow("ann").allowed for _ in range(5)] == [True, True, True, False, False]


@ALL
def test_a_decision_says_how_many_are_left_and_when_to_come_back(
    version: type[Limiter], client: Redis
) -> None:
    limiter = version(client, "login", 2, 60)
    first, second, third = (limiter.allow("ann") for _ in range(3))
    assert (first.allowed, first.limit, first.window_s, first.remaining) == (True, 2, 60.0, 1)
    assert (second.remaining, second.retry_after) == (0, 0.0)
    assert (third.allowed, third.remaining) == (False, 0)
    assert 0 < third.retry_after <= 120
    assert 0 < third.reset_after <= 120


@ALL
def test_when_all_time_is_over_the_whole_limit_is_free_again(version: type[Limiter], redis: Redis) -> None:
    limiter = version(redis, "login", 3, 60)
    assert admitted(limiter, 5) == 3
    redis.flushall()  # as if two windows had passed: every key has gone by itself
    assert admitted(limiter, 5) == 3


@ALL
def test_clients_limiters_and_namespaces_do_not_mix(version: type[Limiter], client: Redis) -> None:
    assert version(client, "login", 1, 60).allow("ann").allowed
    assert version(client, "login", 1, 60).allow("ben").allowed
    assert version(client, "search", 1, 60).allow("ann").allowed
    assert version(client, "login", 1, 60, namespace="other:").allow("ann").allowed
    assert not version(client, "login", 1, 60).allow("ann").allowed


@ALL
def test_client_ids_may_be_any_text_without_braces(version: type[Limiter], client: Redis) -> None:
    limiter = version(client, "log in", 1, 60)
    for client_id in ("Žofie 🎉", "2001:db8::1", "a b\nc", "x" * 256):
        assert limiter.allow(client_id).allowed
        assert not limiter.allow(client_id).allowed


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveRateLimiter, {"ratelimit:fixed:login:{ann}": ("string", 60)}),
        (SlidingLog, {"ratelimit:log:login:{ann}": ("zset", 60)}),
        (
            functools.partial(SlidingCounter, now=Time(15_000)),
            {"ratelimit:counter:login:{ann}": ("hash", 105)},
        ),
    ],
    ids=["naive", "log", "counter"],
)
def test_the_keys_left_behind_are_those_of_the_card(
    version: type[Limiter], left: object, client: Redis
) -> None:
    version(client, "login", 100, 60).allow("ann")
    assert keyspace(client) == left


@ALL
@pytest.mark.parametrize("limit", [0, -1, 1.0, "5", None, True, math.nan, 1_000_001])
def test_a_limit_that_is_no_whole_number_from_one_up_is_refused(
    version: type[Limiter], limit: int, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match="limit"):
        version(nowhere, "login", limit, 60)


@ALL
@pytest.mark.parametrize("window", [0, -1, math.nan, math.inf, "60", None, True, 32 * 86_400])
def test_a_window_that_is_no_time_is_refused(version: type[Limiter], window: float, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="window_s must be"):
        version(nowhere, "login", 5, window)


@ALL
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
def test_a_bad_client_id_never_leaves(
    version: type[Limiter], client_id: str, says: str, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "login", 5, 60).allow(client_id)


@ALL
def test_a_bad_name_is_refused(version: type[Limiter], nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="name must not contain braces"):
        version(nowhere, "{login}", 5, 60)


@ALL
def test_a_key_of_another_type_is_reported_and_kept(version: type[Limiter], client: Redis) -> None:
    limiter = version(client, "login", 5, 60)
    key = f"{limiter.base}:{{ann}}"
    client.rpush(key, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        limiter.allow("ann")
    assert keyspace(client) == {key: ("list", None)}


# How the naive one goes wrong


def test_naive_over_admission(redis: Redis) -> None:
    limiter = NaiveRateLimiter(redis, "login", 1, 60)
    slow = NaiveRateLimiter(Meanwhile(redis, "get", lambda: limiter.allow("ann")), "login", 1, 60)
    assert slow.allow("ann").allowed  # although the only place was taken meanwhile
    assert redis.get("ratelimit:fixed:login:{ann}") == "2"


def test_naive_double_burst(redis: Redis) -> None:
    limiter = NaiveRateLimiter(redis, "login", 100, 60)
    assert admitted(limiter, 1) == 1
    fast_forward(redis, 50)
    assert admitted(limiter, 150) == 99
    fast_forward(redis, 11)
    assert admitted(limiter, 150) == 100  # so 199 in eleven seconds, or in less


# What the hardened one promises, everywhere


@SLIDING
def test_threads_together_get_no_more_than_the_limit(version: type[RateLimiter], anywhere: Redis) -> None:
    clock = Time(1_000)
    limiter = version(anywhere, "login", 30, 60, now=clock)
    assert sum(together(*[lambda: admitted(limiter, 10)] * 8)) == 30


def test_a_log_has_no_boundary_to_gather_at(anywhere: Redis) -> None:
    clock = Time(59_000)
    limiter = SlidingLog(anywhere, "login", 100, 60, now=clock)
    assert admitted(limiter, 150) == 100
    clock.ms = 60_200
    assert admitted(limiter, 150) == 0
    clock.ms = 118_999
    assert admitted(limiter, 150) == 0
    clock.ms = 119_000
    assert admitted(limiter, 150) == 100


def test_a_counter_lets_in_as_many_as_have_slid_out(anywhere: Redis) -> None:
    clock = Time(59_000)
    limiter = SlidingCounter(anywhere, "login", 100, 60, now=clock)
    assert admitted(limiter, 150) == 100
    clock.ms = 60_200
    assert admitted(limiter, 150) == 0
    clock.ms = 75_000  # a quarter of the window before has slid out
    assert admitted(limiter, 150) == 25
    clock.ms = 90_000
    assert admitted(limiter, 150) == 25


def test_a_counter_forgets_what_lies_two_windows_back(anywhere: Redis) -> None:
    clock = Time()
    limiter = SlidingCounter(anywhere, "login", 10, 60, now=clock)
    assert admitted(limiter, 20) == 10
    clock.ms = 120_000
    assert admitted(limiter, 20) == 10


def test_refused_requests_use_nothing_up(anywhere: Redis) -> None:
    clock = Time()
    limiter = SlidingLog(anywhere, "login", 5, 60, now=clock)
    assert admitted(limiter, 5) == 5
    for second in range(1, 60):
        clock.ms = second * 1000
        assert admitted(limiter, 3) == 0  # a client that hammers
    clock.ms = 60_000
    assert admitted(limiter, 10) == 5


def test_requests_of_one_millisecond_are_counted_apart(anywhere: Redis) -> None:
    limiter = SlidingLog(anywhere, "login", 10, 60, now=Time())
    assert [limiter.allow("ann").remaining for _ in range(4)] == [9, 8, 7, 6]


def test_a_log_says_when_the_next_place_and_when_all_are_free(anywhere: Redis) -> None:
    clock = Time()
    limiter = SlidingLog(anywhere, "login", 2, 60, now=clock)
    limiter.allow("ann")
    clock.ms = 20_000
    assert limiter.allow("ann") == Decision(True, 2, 60.0, 0, reset_after=60.0, retry_after=0.0)
    clock.ms = 30_000
    assert limiter.allow("ann") == Decision(False, 2, 60.0, 0, reset_after=50.0, retry_after=30.0)


def test_a_counter_says_when_the_next_place_and_when_all_are_free(anywhere: Redis) -> None:
    clock = Time(30_000)
    limiter = SlidingCounter(anywhere, "login", 2, 60, now=clock)
    limiter.allow("ann")
    assert limiter.allow("ann") == Decision(True, 2, 60.0, 0, reset_after=90.0, retry_after=0.0)
    assert limiter.allow("ann") == Decision(False, 2, 60.0, 0, reset_after=90.0, retry_after=60.0)
    clock.ms = 89_999
    assert not limiter.allow("ann").allowed
    clock.ms = 90_000
    assert limiter.allow("ann").allowed


def test_a_counter_says_when_enough_of_the_window_before_has_slid_out(anywhere: Redis) -> None:
    clock = Time(59_000)
    limiter = SlidingCounter(anywhere, "login", 7, 60, now=clock)
    assert admitted(limiter, 9) == 7
    clock.ms = 60_000  # a seventh has to slide out: 8,571.4 ms
    assert limiter.allow("ann") == Decision(False, 7, 60.0, 0, reset_after=60.0, retry_after=8.572)
    clock.ms = 68_571
    assert limiter.allow("ann") == Decision(False, 7, 60.0, 0, reset_after=51.429, retry_after=0.001)
    clock.ms = 68_572
    assert limiter.allow("ann") == Decision(True, 7, 60.0, 0, reset_after=111.428, retry_after=0.0)


def test_a_limit_can_be_lowered_while_clients_are_above_it(anywhere: Redis) -> None:
    clock = Time()
    for second in range(5):
        clock.ms = second * 1000
        SlidingLog(anywhere, "login", 5, 60, now=clock).allow("ann")
    lower = SlidingLog(anywhere, "login", 2, 60, now=clock).allow("ann")
    assert (lower.allowed, lower.remaining) == (False, 0)
    assert (
        lower.retry_after == 59.0
    )  # four of the five lines have to leave, the last of them that of second 3


def test_a_retry_by_the_client_itself_is_one_request(anywhere: Redis) -> None:
    limiter = SlidingLog(anywhere, "login", 1, 60, now=Time())
    sent = limiter._admit
    limiter._admit = lambda **call: (sent(**call), sent(**call))[1]  # the first reply was lost
    decision = limiter.allow("ann")
    assert (decision.allowed, decision.remaining) == (True, 0)
    key = "ratelimit:log:login:{ann}"
    assert anywhere.zcard(key) == 1


def test_without_a_clock_of_its_own_it_is_the_servers(anywhere: Redis) -> None:
    for version in (SlidingLog, SlidingCounter):
        limiter = version(anywhere, "login", 1, 60)
        assert limiter.allow("ann").allowed
        assert 0 < limiter.allow("ann").retry_after <= 120


def test_a_line_of_the_log_bears_the_servers_time(redis: Redis) -> None:
    def milliseconds() -> float:
        seconds, micros = redis.time()
        return seconds * 1000 + micros // 1000

    for _ in range(20):
        redis.flushall()
        before = milliseconds()
        SlidingLog(redis, "login", 1, 60).allow("ann")
        ((_, admitted_at),) = redis.zrange("ratelimit:log:login:{ann}", 0, -1, withscores=True)
        assert before <= admitted_at <= milliseconds()


def test_a_clock_that_steps_back_lets_nobody_in_too_early(anywhere: Redis) -> None:
    for version in (SlidingLog, SlidingCounter):
        clock = Time(125_000)
        limiter = version(anywhere, "login", 3, 60, now=clock)
        assert admitted(limiter, 5) == 3
        clock.ms = 5_000
        assert admitted(limiter, 5) == 0


@SLIDING
def test_asking_takes_one_round_trip(version: type[RateLimiter], redis: Redis) -> None:
    limiter = version(redis, "login", 1, 60)
    limiter.allow("ben")
    for _ in range(2):
        with round_trips(redis) as count:
            limiter.allow("ann")
        assert count.number == 1


def test_a_log_has_a_lower_limit_than_a_counter(nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="limit of a log must be between 1 and 10,000, not 10,001"):
        SlidingLog(nowhere, "login", 10_001, 60)
    assert SlidingCounter(nowhere, "login", 10_001, 60).limit == 10_001


def test_an_unknown_algorithm_is_refused(nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="algorithm must be 'log' or 'counter', not 'leaky'"):
        RateLimiter(nowhere, "login", 5, 60, algorithm="leaky")


# Properties: whatever the limit, the window and the moments at which requests come

# Windows are long, so that no TTL, which runs by the server's clock, ends during a test.
windows = st.integers(60_000, 99_999)
moments = st.lists(st.integers(0, 30_000), min_size=1, max_size=40).map(
    lambda gaps: [*itertools.accumulate(gaps)]
)


@ON_REDIS
@given(limit=st.integers(1, 6), window=windows, moments=moments)
@example(limit=1, window=60_000, moments=[0, 59_999, 60_000, 60_001, 119_999, 120_000])
def test_no_window_of_a_log_holds_more_than_the_limit(
    redis: Redis, limit: int, window: int, moments: list[int]
) -> None:
    redis.flushall()
    clock = Time()
    limiter = SlidingLog(redis, "login", limit, window / 1000, now=clock)
    passed: list[int] = []
    for clock.ms in moments:
        free = sum(at > clock.ms - window for at in passed) < limit
        assert limiter.allow("ann").allowed == free  # and nobody is refused for nothing
        passed += [clock.ms] * free


@ON_REDIS
@given(limit=st.integers(1, 6), window=windows, moments=moments)
def test_a_counter_admits_what_its_estimate_leaves_free(
    redis: Redis, limit: int, window: int, moments: list[int]
) -> None:
    redis.flushall()
    clock = Time()
    limiter = SlidingCounter(redis, "login", limit, window / 1000, now=clock)
    passed: list[int] = []
    for clock.ms in moments:
        now = round(clock() * 1000)
        start = now - now % window
        current = sum(at >= start for at in passed)
        before = sum(start - window <= at < start for at in passed)
        free = before * (window - (now - start)) + (current + 1) * window <= limit * window
        assert limiter.allow("ann").allowed == free
        passed += [now] * free
        assert sum(at > now - window for at in passed) < 2 * limit
        assert sum(at >= start for at in passed) <= limit


@ON_REDIS
@given(
    algorithm=st.sampled_from(["log", "counter"]),
    limit=st.integers(1, 7),
    window=windows,
    moments=moments,
)
def test_whoever_waits_as_long_as_told_gets_in_and_not_a_millisecond_sooner(
    redis: Redis, algorithm: str, limit: int, window: int, moments: list[int]
) -> None:
    redis.flushall()
    clock = Time()
    limiter = RateLimiter(redis, "login", limit, window / 1000, algorithm=algorithm, now=clock)
    for clock.ms in moments:
        decision = limiter.allow("ann")
    while decision.allowed:
        decision = limiter.allow("ann")
    wait = round(decision.retry_after * 1000)
    assert wait >= 1
    clock.ms += wait - 1
    assert not limiter.allow("ann").allowed
    clock.ms += 1
    assert limiter.allow("ann").allowed


# What the caller is told


def test_the_headers_of_an_admitted_request() -> None:
    assert headers(Decision(True, 100, 60.0, 42, reset_after=12.3, retry_after=0.0)) == {
        "RateLimit-Policy": '"default";q=100;w=60',
        "RateLimit": '"default";r=42;t=13',
    }


def test_the_headers_of_a_refused_request_say_when_to_come_back() -> None:
    assert headers(Decision(False, 100, 0.5, 0, reset_after=60.0, retry_after=7.001), "log-in") == {
        "RateLimit-Policy": '"log-in";q=100;w=1',
        "RateLimit": '"log-in";r=0;t=8',
        "Retry-After": "8",
    }


@pytest.mark.parametrize("policy", ["", 'a"b', "a\r\nSet-Cookie: x", "ü"])
def test_a_policy_that_could_break_out_of_the_header_is_refused(policy: str) -> None:
    with pytest.raises(ValueError, match="policy must be made of letters"):
        headers(Decision(True, 1, 1.0, 0, 0.0, 0.0), policy)
