"""Every event arrives once and in one order, though connections break and replies are lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.cluster import RedisCluster
from redis.crc import key_slot
from redis.exceptions import ConnectionError

from patterns.pubsub import START, Channel, Reader
from tests.patterns import pubsub as shared
from tests.patterns.bench import Meanwhile, eventually, lost_reply, round_trips, together
from tests.patterns.pubsub import KEY, bodies, until

kept = shared.kept


def listen(reader: Reader) -> None:
    """Poll until the bell is hung up, however slow the first look was."""
    while reader._bell is None:
        assert reader.poll(0.01) == []


def test_nothing_falls_between_snapshot_and_subscription(redis: Redis) -> None:
    channel = Channel(redis, "news")
    channel.publish("before")
    between = Meanwhile(redis, "xrange", lambda: channel.publish("between"))
    reader = Reader(between, KEY, START)
    assert until(reader, 2) == ["before", "between"]
    between = Meanwhile(redis, "xrange", lambda: channel.publish("as it began to wait"))
    reader = Reader(between, KEY, reader.position)
    assert bodies(reader, 5) == ["as it began to wait"]
    reader.close()


def test_nothing_is_missed_while_it_is_disconnected(redis: Redis) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader()
    channel.publish("heard")
    assert until(reader, 1) == ["heard"]
    listen(reader)
    assert redis.client_kill_filter(_type="pubsub") == 1
    channel.publish("meanwhile")
    assert until(reader, 1) == ["meanwhile"]
    reader.close()


def test_a_reader_whose_bell_breaks_while_it_waits_looks_again(
    redis: Redis, later: Callable[[Callable[[], object]], None]
) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader()
    listen(reader)

    def break_and_publish() -> None:
        redis.client_kill_filter(_type="pubsub")
        redis.xadd(KEY, {"body": "the bell rang for nobody"})

    later(break_and_publish)
    assert until(reader, 1) == ["the bell rang for nobody"]
    reader.close()


def test_a_reader_without_a_server_keeps_its_position(redis: Redis) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader(channel.position())
    channel.publish("a")
    with lost_reply(redis), pytest.raises(ConnectionError):
        reader.poll(0.1)
    assert bodies(reader) == ["a"]


def test_an_event_that_is_sent_again_is_published_once(kept: Callable[..., Channel]) -> None:
    channel = kept()
    ids = [channel.publish("a", event_id="7"), channel.publish("a", event_id="7")]
    assert ids[0] == ids[1]
    assert bodies(channel.reader()) == ["a"]


def test_a_publish_whose_reply_is_lost_is_sent_again(redis: Redis) -> None:
    channel = Channel(redis, "news")
    channel.publish("load the script")
    reader = channel.reader(channel.position())
    with lost_reply(redis), pytest.raises(ConnectionError):
        channel.publish("a", event_id="7")
    channel.publish("a", event_id="7")
    assert bodies(reader) == ["a"]


def test_together_they_get_everything_in_one_order(redis: Redis) -> None:
    channel = Channel(redis, "news")
    readers = [channel.reader() for _ in range(3)]

    def publish(who: str) -> None:
        for number in range(30):
            channel.publish(f"{who} {number}")

    found = together(
        *(partial(publish, who) for who in "ab"), *(partial(until, reader, 60) for reader in readers)
    )[2:]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == len(set(found[0])) == 60
    for who in "ab":
        assert [body for body in found[0] if body[0] == who] == [f"{who} {number}" for number in range(30)]
    for reader in readers:
        reader.close()


def test_many_rings_cost_one_look(redis: Redis) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader()
    listen(reader)
    for number in range(50):
        channel.publish(str(number))
    assert len(reader.poll(1)) == 50
    with round_trips(redis) as count:
        assert reader.poll(0.05) == []
    assert count.number <= 2  # its own look, and one for a ring that was still on its way
    reader.close()


def test_the_bell_rings_where_the_stream_is(cluster_redis: RedisCluster) -> None:
    """A sharded channel lives in the slot of its name, which is the stream's."""
    names = [f"n{number}" for number in range(20)]
    nodes = {cluster_redis.get_node_from_key(f"channel:{{{name}}}").name for name in names}
    assert len(nodes) == 3
    assert len({key_slot(f"channel:{{{name}}}".encode()) for name in names}) == 20
    for name in names:
        channel = Channel(cluster_redis, name)
        with channel.reader() as reader:
            reader.poll(0.01)
            channel.publish(name)
            assert until(reader, 1) == [name]


def test_a_reader_whose_slot_moved_between_two_polls_is_woken_by_the_next_node(
    redis: Redis, later: Callable[[Callable[[], object]], None]
) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader()
    listen(reader)
    bell = reader._bell
    bell.sunsubscribe(KEY)  # what the old node says when the slot leaves it
    assert eventually(lambda: redis.pubsub_shardnumsub(KEY)[0][1] == 0)
    later(lambda: channel.publish("from the new node"))
    assert bodies(reader, 10) == ["from the new node"]
    assert reader._bell is not bell
    reader.close()
