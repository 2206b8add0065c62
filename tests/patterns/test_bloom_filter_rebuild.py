"""A filter is made anew while it is used: nothing is forgotten, and one that fails leaves the old."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis.exceptions import ResponseError

from patterns.bloom_filter import FilterFull, RebuildLost, RebuildRunning, SeenFilter
from patterns.bloom_filter.refill import BATCH
from tests.patterns import bloom_filter as shared
from tests.patterns.bench import keyspace
from tests.patterns.bloom_filter import EVERYWHERE, KEY

kept = shared.kept


@EVERYWHERE
def test_what_is_added_during_a_rebuild_is_not_forgotten(kept: Callable[..., SeenFilter]) -> None:
    seen, other = kept(), kept()
    seen.rebuild(lambda: ["old"])
    heard = []

    def load() -> list[str]:
        heard.extend([other.might_contain("old"), other.add("meanwhile"), other.might_contain("loaded")])
        return ["loaded"]

    seen.rebuild(load)
    assert heard == [True, True, False]  # the old filter answers until the new one is complete
    found = [seen.might_contain(item) for item in ("loaded", "meanwhile", "old")]
    assert found == [True, True, False]
    assert seen.state().items == 2


@EVERYWHERE
def test_two_rebuilds_do_not_mix(kept: Callable[..., SeenFilter]) -> None:
    seen, other = kept(), kept()

    def load() -> list[str]:
        with pytest.raises(RebuildRunning, match="another client is rebuilding"):
            other.rebuild(lambda: ["wrong"])
        return ["right"]

    seen.rebuild(load)
    assert (seen.might_contain("right"), seen.might_contain("wrong")) == (True, False)


@EVERYWHERE
@pytest.mark.parametrize("error", [RuntimeError("the database is gone"), KeyboardInterrupt()])
def test_a_rebuild_that_fails_leaves_the_old_filter(
    error: BaseException, kept: Callable[..., SeenFilter]
) -> None:
    seen = kept()
    seen.rebuild(lambda: ["old"])

    def load() -> object:
        yield from (f"{number}" for number in range(BATCH + 1))
        raise error

    with pytest.raises(type(error)):
        seen.rebuild(load)
    assert (seen.might_contain("old"), seen.might_contain("1")) == (True, False)
    assert list(keyspace(seen.redis)) == [KEY]


@EVERYWHERE
def test_a_bad_item_ends_a_rebuild(kept: Callable[..., SeenFilter]) -> None:
    seen = kept()
    seen.rebuild(lambda: ["old"])
    with pytest.raises(ValueError, match="item must not be empty"):
        seen.rebuild(lambda: ["new", ""])
    assert (seen.might_contain("old"), list(keyspace(seen.redis))) == (True, [KEY])


@EVERYWHERE
def test_a_rebuild_with_too_many_items_leaves_the_old_filter(kept: Callable[..., SeenFilter]) -> None:
    seen = kept(capacity=2, error=0.000_001)
    seen.rebuild(lambda: ["old"])
    with pytest.raises(FilterFull, match="the old one stays"):
        seen.rebuild(lambda: ["a", "b", "c"])
    assert (seen.might_contain("old"), list(keyspace(seen.redis))) == (True, [KEY])


@EVERYWHERE
def test_a_next_filter_without_room_for_an_addition_is_never_swapped_in(
    kept: Callable[..., SeenFilter],
) -> None:
    seen, small = kept(capacity=100, error=0.000_001), kept(capacity=1, error=0.000_001)
    seen.rebuild(lambda: ["old"])

    def load() -> list[str]:
        assert [seen.add("x"), seen.add("y")] == [True, True]
        return []

    with pytest.raises(RebuildLost):
        small.rebuild(load)
    assert [seen.might_contain(item) for item in ("old", "x", "y")] == [True, True, True]


@EVERYWHERE
def test_a_client_that_dies_in_a_rebuild_leaves_nothing_for_long(kept: Callable[..., SeenFilter]) -> None:
    seen = kept(lease_ms=30_000)
    seen.rebuild(lambda: ["old"])
    during = []

    def load() -> list[str]:
        during.append({key: left for key, (_, left) in keyspace(seen.redis).items()})
        seen.redis.delete(f"{KEY}:coming", f"{KEY}:rebuild")  # the lease is over
        return ["new"]

    with pytest.raises(RebuildLost, match="not renewed in time"):
        seen.rebuild(load)
    assert during == [{KEY: None, f"{KEY}:coming": 30, f"{KEY}:rebuild": 30}]
    assert (seen.might_contain("old"), seen.might_contain("new")) == (True, False)
    assert seen.rebuild(lambda: ["new"]) == 1


@EVERYWHERE
@pytest.mark.parametrize("items", [1, BATCH + 1])
def test_a_next_filter_that_is_evicted_is_never_swapped_in(
    items: int, kept: Callable[..., SeenFilter]
) -> None:
    seen = kept()
    seen.rebuild(lambda: ["old"])

    def load() -> Iterator[str]:
        yield from (f"{number}" for number in range(items - 1))
        seen.redis.delete(f"{KEY}:coming")
        yield "the last"

    with pytest.raises(RebuildLost, match="its next filter was evicted"):
        seen.rebuild(load)
    assert (seen.might_contain("old"), list(keyspace(seen.redis))) == (True, [KEY])


@EVERYWHERE
def test_a_rebuild_does_not_replace_what_is_no_filter(kept: Callable[..., SeenFilter]) -> None:
    seen = kept()
    seen.redis.rpush(KEY, "mine")
    with pytest.raises(ResponseError, match="holds something else, which stays"):
        seen.rebuild(lambda: ["new"])
    assert keyspace(seen.redis) == {KEY: ("list", None)}
