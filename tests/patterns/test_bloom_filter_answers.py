"""Of many callers one is first, nothing that was added is ever absent, few strangers are taken for known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError

from patterns.bloom_filter import CoreSeenFilter, FilterFull, FilterMissing, SeenFilter, State
from patterns.bloom_filter.state import bits_for, hashes_for
from tests.patterns import bloom_filter as shared
from tests.patterns.bench import SLOW_OR_SHARED, full, keyspace, lost_reply, together
from tests.patterns.bloom_filter import EVERYWHERE, KEPT, Kept, begun

kept = shared.kept


@KEPT
def test_of_many_callers_one_is_first(version: Kept, redis: Redis) -> None:
    seen = begun(version, redis)
    for item in range(20):
        assert sorted(together(*[lambda item=item: seen.add(f"{item}")] * 6)) == [False] * 5 + [True]


@EVERYWHERE
def test_the_same_schedule_has_one_first(kept: Callable[..., SeenFilter]) -> None:
    ann, ben = kept(), kept()
    ann.rebuild(list)
    assert [ann.add("x"), ben.add("x")] == [True, False]


@EVERYWHERE
def test_a_missing_filter_is_unknown_and_stays_missing(kept: Callable[..., SeenFilter]) -> None:
    seen = kept()
    assert (seen.might_contain("ann"), seen.state()) == (None, None)
    with pytest.raises(FilterMissing, match=r"no filter at seen:.users.: rebuild it"):
        seen.add("ann")
    assert keyspace(seen.redis) == {}


@EVERYWHERE
def test_nothing_that_was_added_is_ever_absent(kept: Callable[..., SeenFilter]) -> None:
    seen = kept(capacity=1_000)
    items = [f"user {number}" for number in range(1_000)]
    assert seen.rebuild(lambda: items[:600]) == 600
    for item in items[600:]:
        seen.add(item)
    assert all(seen.might_contain(item) for item in items)


@EVERYWHERE
@pytest.mark.parametrize("error", [0.1, 0.01])
def test_few_strangers_are_taken_for_known(error: float, kept: Callable[..., SeenFilter]) -> None:
    seen = kept(capacity=1_000, error=error)
    seen.rebuild(lambda: (f"user {number}" for number in range(1_000)))
    strangers = [seen.might_contain(f"stranger {number}") for number in range(1_000)]
    assert 0 < sum(map(bool, strangers)) < 1_000 * error * 2.5


@EVERYWHERE
def test_a_full_filter_refuses_the_new_and_knows_the_old(kept: Callable[..., SeenFilter]) -> None:
    seen = kept(capacity=3, error=0.000_001)
    seen.rebuild(lambda: ["a", "b", "c"])
    assert seen.state() == State(items=3, capacity=3)
    with pytest.raises(FilterFull, match="as many items as it was made for"):
        seen.add("d")
    assert (seen.add("a"), seen.might_contain("d")) == (False, False)
    assert seen.state() == State(items=3, capacity=3)


@KEPT
def test_a_redis_that_is_full_answers_and_takes_neither_item_nor_filter(version: Kept, redis: Redis) -> None:
    seen = begun(version, redis)
    seen.add("ann")
    with full(redis):
        assert (seen.might_contain("ann"), seen.might_contain("ben")) == (True, False)
        assert seen.state() == State(items=1, capacity=100_000)
        for change in (lambda: seen.add("ben"), lambda: seen.rebuild(list)):
            with pytest.raises(OutOfMemoryError):
                change()
    assert (seen.state(), list(keyspace(redis))) == (State(items=1, capacity=100_000), [shared.KEY])


@EVERYWHERE
def test_the_filter_is_as_its_maker_wanted_whoever_asks(kept: Callable[..., SeenFilter]) -> None:
    kept(capacity=50, error=0.001).rebuild(lambda: ["ann"])
    other = kept(capacity=7, error=0.5)
    assert (other.might_contain("ann"), other.state()) == (True, State(items=1, capacity=50))


@pytest.mark.parametrize(("capacity", "error"), [(1, 0.01), (3, 0.01), (10, 0.001), (1, 0.000_01)])
def test_a_small_core_filter_keeps_to_its_error_too(capacity: int, error: float, redis: Redis) -> None:
    fooled, strangers = 0, 2_000
    for round_ in range(5):
        seen = CoreSeenFilter(redis, f"users {round_}", capacity=capacity, error=error)
        seen.rebuild(lambda: [f"known {number}" for number in range(capacity)])  # called at once
        fooled += sum(bool(seen.might_contain(f"stranger {number}")) for number in range(strangers))
    expected = 5 * strangers * error
    assert fooled <= expected + 4 * math.sqrt(expected) + 1


@KEPT
def test_an_addition_whose_reply_is_lost_was_the_first(version: Kept, redis: Redis) -> None:
    seen = begun(version, redis)
    seen.add("load the script")
    with lost_reply(redis), pytest.raises(RedisConnectionError):
        seen.add("ann")
    assert (seen.add("ann"), seen.might_contain("ann")) == (False, True)


@pytest.mark.parametrize(
    ("error", "bits", "hashes"), [(0.01, 9.585, 7), (0.001, 14.378, 10), (0.0001, 19.170, 14)]
)
def test_sizes_follow_the_formula(error: float, bits: float, hashes: int) -> None:
    assert bits_for(1_000_000, error) == pytest.approx(bits * 1_000_000, rel=1e-3)
    assert hashes_for(error) == hashes


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW_OR_SHARED)
@given(
    items=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), max_size=30),
    error=st.sampled_from([0.000_001, 0.01, 0.5]),
)
def test_there_are_no_false_negatives_and_a_first_is_honest(
    redis: Redis, items: list[str], error: float
) -> None:
    for version in (SeenFilter, CoreSeenFilter):
        redis.flushall()
        seen = begun(version, redis, capacity=30, error=error)
        said_new = [item for item in items if seen.add(item)]
        assert len(said_new) == len(set(said_new)) == seen.state().items
        assert all(seen.might_contain(item) for item in items)
