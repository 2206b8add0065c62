"""One contract for both counters, how the naive one goes wrong, what the hardened one promises."""

from __future__ import annotations

import itertools
import math
from collections import Counter as Tally

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from lab.topology import Cluster
from patterns.distributed_counter import LARGEST_AMOUNT, Counter, NaiveCounter
from tests.patterns.bench import keyspace, round_trips, together
from tests.patterns.lossy import loses_reply

BOTH = pytest.mark.parametrize("version", [NaiveCounter, Counter])
Version = type[NaiveCounter] | type[Counter]
ON_REDIS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# The contract


@BOTH
def test_a_counter_starts_at_nothing_and_adds_up(version: Version, client: Redis) -> None:
    counter = version(client, "page1")
    assert counter.total() == 0
    assert counter.add()
    assert counter.add(41, "e1")
    assert counter.total() == 42


@BOTH
def test_amounts_may_be_negative_or_nothing(version: Version, client: Redis) -> None:
    counter = version(client, "page1")
    for amount in (5, -7, 0, LARGEST_AMOUNT, -LARGEST_AMOUNT):
        assert counter.add(amount)
    assert counter.total() == -2


@BOTH
def test_no_add_is_lost_between_threads(version: Version, client: Redis) -> None:
    counter = version(client, "page1")
    together(*[lambda: [counter.add() for _ in range(25)]] * 8)
    assert counter.total() == 200


@BOTH
def test_counters_and_namespaces_do_not_mix(version: Version, client: Redis) -> None:
    version(client, "page1").add(1, "e1")
    version(client, "page2").add(2, "e1")
    version(client, "page1", namespace="other:").add(3, "e1")
    assert version(client, "page1").total() == 1
    assert version(client, "page2").total() == 2
    assert version(client, "page1", namespace="other:").total() == 3


@BOTH
def test_names_and_event_ids_may_be_any_text(version: Version, client: Redis) -> None:
    counter = version(client, "Žofie 🎉 a\nb")
    for event_id in ("Žofie 🎉", "{x}", "a\nb", "x" * 256):
        assert counter.add(1, event_id)
    assert counter.total() == 4


@pytest.mark.parametrize(
    ("version", "left"),
    [
        (NaiveCounter, {"counter:{page1}": ("string", None)}),
        (
            lambda redis, name: Counter(redis, name, parts=1),
            {
                "counter:{page1:0.0}": ("string", None),
                "counter:{page1:0.0}:seen:e1": ("string", 600),
            },
        ),
    ],
    ids=["naive", "hardened"],
)
def test_the_keys_left_behind_are_those_of_the_card(version: Version, left: object, client: Redis) -> None:
    version(client, "page1").add(1, "e1")
    assert keyspace(client) == left


@BOTH
@pytest.mark.parametrize(
    "amount", [math.nan, math.inf, 1.0, 1.5, "7", None, True, LARGEST_AMOUNT + 1, -LARGEST_AMOUNT - 1]
)
def test_an_amount_that_is_no_whole_number_never_leaves(
    version: Version, amount: int, nowhere: Redis
) -> None:
    with pytest.raises(ValueError, match="amount must be"):
        version(nowhere, "page1").add(amount, "e1")


@BOTH
@pytest.mark.parametrize("event_id", ["", b"e1", 7, "\ud800", "x" * 257])
def test_a_bad_event_id_never_leaves(version: Version, event_id: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="event_id"):
        version(nowhere, "page1").add(1, event_id)


@BOTH
@pytest.mark.parametrize("name", ["", b"page1", None, "\ud800", "x" * 257, "{page1}"])
def test_a_bad_name_is_refused(version: Version, name: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="name"):
        version(nowhere, name)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, client: Redis) -> None:
    counter = version(client, "page1")
    counter.add(1, "e1")
    key = next(iter(keyspace(client))).partition(":seen:")[0]
    client.delete(*keyspace(client))
    client.rpush(key, "mine")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        counter.add(1, "e1")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        counter.total()
    assert keyspace(client) == {key: ("list", None)}


@BOTH
def test_a_count_that_does_not_fit_is_an_error_and_changes_nothing(version: Version, client: Redis) -> None:
    counter = version(client, "page1")
    counter.add(1, "e1")
    key = next(iter(keyspace(client))).partition(":seen:")[0]
    client.delete(*keyspace(client))
    client.set(key, 2**63 - 1)
    with pytest.raises(ResponseError, match="overflow"):
        counter.add(1, "e1")
    assert counter.total() == 2**63 - 1
    assert keyspace(client) == {key: ("string", None)}


# How the naive one goes wrong


def test_naive_double_count(redis: Redis) -> None:
    lossy = loses_reply(redis, "INCRBY")
    NaiveCounter(lossy, "page1").add(1, "e1")
    assert NaiveCounter(redis, "page1").total() == 2  # of one event, and nobody called add() twice
    lossy.close()


def test_naive_hot_key(cluster: Cluster, cluster_redis: RedisCluster) -> None:
    for number in range(300):
        NaiveCounter(cluster_redis, "page1").add(1, f"e{number}")
    assert sorted(_keys_of_each_node(cluster)) == [0, 0, 1]


def _keys_of_each_node(cluster: Cluster) -> list[int]:
    sizes = []
    for node in cluster.nodes:
        with node.client() as client:
            sizes.append(client.dbsize())
    return sizes


# What the hardened one promises, everywhere


def test_an_event_counts_once(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1")
    assert counter.add(5, "e1")
    assert counter.add(7, "e2")
    assert not counter.add(5, "e1")
    assert counter.total() == 12


def test_an_event_sent_by_many_threads_counts_once(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1")
    assert Tally(together(*[lambda: counter.add(1, "e1")] * 8)) == {True: 1, False: 7}
    assert counter.total() == 1


def test_no_add_is_lost_between_threads_on_a_cluster(cluster_redis: RedisCluster) -> None:
    counter = Counter(cluster_redis, "page1")
    together(*[lambda: [counter.add() for _ in range(25)]] * 8)
    assert counter.total() == 200


@pytest.mark.parametrize("event_id", ["e1", None])
def test_a_retry_by_the_client_itself_counts_once(event_id: str | None, redis: Redis) -> None:
    Counter(redis, "page1").add(1, "the server knows the script now")
    lossy = loses_reply(redis, "EVALSHA")
    assert not Counter(lossy, "page1").add(1, event_id)  # the first try was counted, and nobody heard of it
    assert Counter(redis, "page1").total() == 2
    lossy.close()


def test_an_event_whose_sender_died_can_be_sent_again_by_another(redis: Redis) -> None:
    counter = Counter(redis, "page1")
    counter.add(1, "the server knows the script now")
    dying = loses_reply(redis, "EVALSHA", retries=0)
    with pytest.raises(RedisConnectionError):
        Counter(dying, "page1").add(5, "e1")
    assert not counter.add(5, "e1")
    assert counter.total() == 6
    dying.close()


def test_an_event_id_cannot_be_used_for_another_amount(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1")
    counter.add(5, "e1")
    with pytest.raises(ValueError, match="event 'e1' has been counted with another amount"):
        counter.add(6, "e1")
    assert counter.total() == 5


def test_an_event_is_remembered_as_long_as_told(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1", remember=60)
    counter.add(1, "e1")
    (mark,) = (key for key in keyspace(anywhere) if key.endswith(":seen:e1"))
    assert keyspace(anywhere)[mark] == ("string", 60)
    anywhere.delete(mark)  # the minute is over
    assert counter.add(1, "e1")
    assert counter.total() == 2


def test_a_mark_lies_in_the_slot_of_its_part(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1")
    for number in range(50):
        counter.add(1, f"e{number}")
    for key in keyspace(anywhere):
        part = key.partition(":seen:")[0]
        assert part in counter.keys
        assert key_slot(key.encode()) == key_slot(part.encode())


def test_the_parts_share_the_events(anywhere: Redis) -> None:
    counter = Counter(anywhere, "page1")
    for number in range(800):
        counter.add(1, f"e{number}")
    assert all(70 <= int(anywhere.get(key)) <= 130 for key in counter.keys)


@pytest.mark.parametrize("parts", [1, 2, 3, 8, 64])
@pytest.mark.parametrize("name", ["page1", "page2", "Žofie", "x" * 256])
def test_the_parts_lie_in_as_many_equal_stretches_of_slots(name: str, parts: int, nowhere: Redis) -> None:
    counter = Counter(nowhere, name, parts=parts)
    slots = [place.slot for place in counter.places()]
    assert slots == [key_slot(key.encode()) for key in counter.keys]
    assert [slot * parts // 16_384 for slot in slots] == list(range(parts))


def test_where_the_parts_lie_does_not_depend_on_the_client_or_the_namespace(
    redis: Redis, cluster_redis: RedisCluster
) -> None:
    one, other = Counter(redis, "page1", namespace="a:"), Counter(cluster_redis, "page1", namespace="b:")
    assert [place.slot for place in one.places()] == [place.slot for place in other.places()]


def test_every_primary_of_a_cluster_gets_its_share(cluster: Cluster, cluster_redis: RedisCluster) -> None:
    counter = Counter(cluster_redis, "page1")
    nodes = Tally(place.node for place in counter.places())
    assert len(nodes) == 3
    assert max(nodes.values()) <= 3
    for number in range(300):
        counter.add(1, f"e{number}")
    assert min(_keys_of_each_node(cluster)) > 50
    assert counter.total() == 300


def test_without_a_cluster_no_place_has_a_node(redis: Redis) -> None:
    assert {place.node for place in Counter(redis, "page1").places()} == {None}


@pytest.mark.parametrize("parts", [0, 65, 1.0, "8", None, True])
def test_a_number_of_parts_that_is_none_is_refused(parts: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="parts must be"):
        Counter(nowhere, "page1", parts=parts)


@pytest.mark.parametrize("remember", [0, -1, 1.5, "60", None, True])
def test_a_memory_that_is_no_time_is_refused(remember: int, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="remember must be"):
        Counter(nowhere, "page1", remember=remember)


def test_adding_and_reading_take_one_round_trip(redis: Redis) -> None:
    counter = Counter(redis, "page1")
    counter.add()
    for method in (counter.add, lambda: counter.add(1, "e1"), lambda: counter.add(1, "e1"), counter.total):
        with round_trips(redis) as count:
            method()
        assert count.number == 1


def test_reading_a_cluster_takes_one_round_trip_for_each_primary(cluster_redis: RedisCluster) -> None:
    counter = Counter(cluster_redis, "page1")
    counter.total()
    with round_trips(cluster_redis) as count:
        counter.total()
    assert count.number == 3


# A property: whatever is sent, however often and in whatever order, each event counts once

events = st.dictionaries(st.integers(0, 30), st.integers(-100, 100), min_size=1)


@ON_REDIS
@given(events=events, order=st.lists(st.integers(0, 30), max_size=60), parts=st.integers(1, 9))
def test_every_event_counts_once_whatever_is_sent(
    redis: Redis, events: dict[int, int], order: list[int], parts: int
) -> None:
    redis.flushall()
    counter = Counter(redis, "page1", parts=parts)
    sent: set[int] = set()
    for event in itertools.chain(order, events):
        if event in events:
            assert counter.add(events[event], f"event {event}") == (event not in sent)
            sent.add(event)
    assert counter.total() == sum(events.values())
