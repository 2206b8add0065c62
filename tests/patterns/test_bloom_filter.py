"""One contract for the three filters, how the naive one goes wrong, what the other two cost."""

from __future__ import annotations

import math

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.bloom_filter import CoreSeenFilter, NaiveSeenFilter, SeenFilter
from patterns.bloom_filter.refill import BATCH
from patterns.bloom_filter.state import bits_for
from tests.patterns.bench import Meanwhile, keyspace, round_trips
from tests.patterns.bloom_filter import KEPT, KEY, Kept, Version, begun

ALL = pytest.mark.parametrize("version", [NaiveSeenFilter, SeenFilter, CoreSeenFilter])


# The contract


def test_the_real_server_has_the_module(redis: Redis) -> None:
    assert "bf" in {module["name"] for module in redis.module_list()}


@ALL
def test_the_first_is_first_and_the_second_is_not(version: Version, client: Redis) -> None:
    seen = begun(version, client)
    assert [seen.add("ann"), seen.add("ben"), seen.add("ann")] == [True, True, False]


@ALL
def test_what_was_added_may_be_there_and_what_was_not_is_not(version: Version, client: Redis) -> None:
    seen = begun(version, client)
    seen.add("ann")
    assert (seen.might_contain("ann"), seen.might_contain("ben")) == (True, False)


@ALL
def test_a_rebuilt_filter_knows_what_was_loaded_and_nothing_else(version: Version, client: Redis) -> None:
    seen = begun(version, client)
    seen.add("a guest")
    assert seen.rebuild(lambda: ["ann", "ben"]) == 2
    assert [seen.might_contain(item) for item in ("ann", "ben", "a guest")] == [True, True, False]
    assert seen.add("ann") is False


@ALL
def test_items_may_be_any_text(version: Version, client: Redis) -> None:
    seen = begun(version, client)
    odd = ["Žofie 🎉", "a b\n{c}", "\x00", "-1", "x" * 256]
    assert [seen.add(item) for item in odd] == [True] * 5
    assert [seen.might_contain(item) for item in odd] == [True] * 5


@ALL
def test_filters_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    filters = [version(client, "a"), version(client, "b"), version(client, "a", namespace="other:")]
    for seen in filters:
        seen.rebuild(list)
    filters[0].add("ann")
    assert [seen.might_contain("ann") for seen in filters] == [True, False, False]


@pytest.mark.parametrize(
    ("version", "kind"),
    [(NaiveSeenFilter, "MBbloom--"), (SeenFilter, "MBbloom--"), (CoreSeenFilter, "string")],
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, kind: str, client: Redis) -> None:
    begun(version, client).add("ann")
    assert keyspace(client) == {KEY: (kind, None)}


@ALL
@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("", "item must not be empty"),
        (b"ann", "item must be text, not bytes"),
        (None, "item must be text, not NoneType"),
        ("\ud800", "item holds characters that UTF-8 cannot carry"),
        ("x" * 257, "item must have at most 256 bytes, not 257"),
    ],
)
def test_a_bad_item_never_leaves(version: Version, item: str, says: str, nowhere: Redis) -> None:
    seen = version(nowhere, "users")
    for ask in (seen.add, seen.might_contain):
        with pytest.raises(ValueError, match=says):
            ask(item)


@ALL
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"capacity": 0}, "capacity must be between 1 and 10,000,000, not 0"),
        ({"capacity": 1.5}, "capacity must be a whole number, not 1.5"),
        ({"error": 0}, "error must be between 1e-06 and 0.5, not 0"),
        ({"error": math.nan}, "error must be a finite number, not nan"),
        ({"name": "a}b"}, "name must not contain braces: 'a}b'"),
    ],
)
def test_a_bad_filter_is_never_made(
    version: Version, options: dict[str, object], says: str, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, **{"name": "users", **options})


@ALL
def test_a_key_of_another_type_is_reported_and_kept(version: Version, redis: Redis) -> None:
    redis.rpush(KEY, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        version(redis, "users").add("ann")
    assert keyspace(redis) == {KEY: ("list", None)}


@KEPT
def test_a_question_to_a_key_of_another_type_is_reported(version: Kept, redis: Redis) -> None:
    redis.set(KEY, "mine, and longer than any header would be")
    seen = version(redis, "users")
    for ask in (seen.might_contain, seen.add):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask("ann")
    assert redis.get(KEY) == "mine, and longer than any header would be"


# How the naive one goes wrong


def test_naive_both_saw_it_first(redis: Redis) -> None:
    ben = begun(NaiveSeenFilter, redis)
    heard = []
    slow = NaiveSeenFilter(Meanwhile(redis, "execute_command", lambda: heard.append(ben.add("x"))), "users")
    assert [slow.add("x"), *heard] == [True, True]


def test_naive_lost_filter_rejects_everyone(redis: Redis) -> None:
    seen = begun(NaiveSeenFilter, redis)
    seen.add("ann")
    redis.delete(KEY)
    assert seen.might_contain("ann") is False  # and not "nobody knows"
    seen.add("ben")  # makes a filter that nobody asked for
    assert redis.bf().info(KEY).capacity == 100


def test_naive_rebuild_rejects_everyone_meanwhile(redis: Redis) -> None:
    seen = begun(NaiveSeenFilter, redis)
    seen.add("ann")
    during = []

    def load() -> list[str]:
        during.append(seen.might_contain("ann"))
        return ["ann"]

    seen.rebuild(load)
    assert during == [False]


# Cost


@KEPT
def test_round_trips_are_those_of_the_card(version: Kept, redis: Redis) -> None:
    seen = begun(version, redis)
    seen.rebuild(lambda: ["warm"])
    seen.add("up")
    seen.might_contain("all")
    seen.state()
    for ask in (lambda: seen.add("ann"), lambda: seen.might_contain("ann"), seen.state):
        with round_trips(redis) as count:
            ask()
        assert count.number == 1
    with round_trips(redis) as count:
        seen.rebuild(lambda: (f"{number}" for number in range(2 * BATCH + 1)))
    assert count.number == 2 + 3


def test_the_core_filter_takes_the_memory_of_the_card(redis: Redis) -> None:
    CoreSeenFilter(redis, "users", capacity=10_000).rebuild(list)
    assert redis.strlen(KEY) == 16 + math.ceil(bits_for(10_000, 0.01) / 8)
