"""One contract for both channels, how the naive one loses an event, what the hardened one keeps and costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from patterns.pubsub import Channel, Event, NaiveChannel
from tests.patterns import pubsub as shared
from tests.patterns.bench import Meanwhile, keyspace, round_trips
from tests.patterns.pubsub import KEY, bodies, until

kept = shared.kept

BOTH = pytest.mark.parametrize("version", [NaiveChannel, Channel])
Version = type[NaiveChannel] | type[Channel]
Make = Callable[..., NaiveChannel | Channel]


@pytest.fixture(
    params=[
        pytest.param((version, client), id=f"{version.__name__}-{client}")
        for version, clients in (
            (NaiveChannel, ("redis", "raw_redis", "fake")),
            (Channel, ("redis", "raw_redis", "fake", "cluster_redis")),
        )
        for client in clients
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """Either channel, wherever it must run."""
    version, client = request.param
    return partial(version, request.getfixturevalue(client))


# The contract


def test_a_reader_gets_what_was_before_and_what_comes(make: Make) -> None:
    channel = make("news")
    ids = [channel.publish("a"), channel.publish("b")]
    reader = channel.reader()
    assert reader.poll() == [Event(ids[0], "a"), Event(ids[1], "b")]
    ids.append(channel.publish("c"))
    assert reader.poll(1) == [Event(ids[2], "c")]
    assert reader.poll(0.01) == []
    assert ids == sorted(ids, key=lambda id_: [int(part) for part in id_.split("-")])
    reader.close()


def test_a_reader_that_waits_is_woken(make: Make, later: Callable[[Callable[[], object]], None]) -> None:
    channel = make("news")
    reader = channel.reader()
    reader.poll(0.001)
    later(lambda: channel.publish("now"))
    assert bodies(reader, 5) == ["now"]
    reader.close()


def test_a_reader_from_a_position_gets_only_what_follows(make: Make) -> None:
    channel = make("news")
    empty = channel.position()
    channel.publish("a")
    middle = channel.position()
    channel.publish("b")
    assert [bodies(channel.reader(place)) for place in (empty, middle, channel.position())] == [
        ["a", "b"],
        ["b"],
        [],
    ]


def test_readers_do_not_take_from_each_other(make: Make) -> None:
    channel = make("news")
    readers = [channel.reader() for _ in range(3)]
    for body in "ab":
        channel.publish(body)
    assert [until(reader, 2) for reader in readers] == [["a", "b"]] * 3
    for reader in readers:
        reader.close()


def test_a_long_history_comes_in_pages(make: Make) -> None:
    channel = make("news")
    for number in range(7):
        channel.publish(str(number))
    reader = channel.reader()
    pages = [[event.body for event in reader.poll(count=3)] for _ in range(4)]
    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"], []]


def test_a_body_may_be_any_text(make: Make) -> None:
    channel = make("news")
    reader = channel.reader()
    reader.poll(0.01)  # from here on it is heard
    odd = ["", "Žofie 🎉", "a b\n{c}", "\x00", "1-1 x", "é" * 32_768]
    for body in odd:
        channel.publish(body)
    assert until(reader, len(odd)) == odd
    reader.close()


def test_channels_and_namespaces_do_not_mix(make: Make) -> None:
    channels = [make("news"), make("sport"), make("news", namespace="other:")]
    readers = [channel.reader() for channel in channels]
    for number, channel in enumerate(channels):
        channel.publish(str(number))
    assert [until(reader, 1) for reader in readers] == [["0"], ["1"], ["2"]]
    for reader in readers:
        reader.close()


@BOTH
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"x", "body must be text, not bytes"),
        (None, "body must be text, not NoneType"),
        ({"a": 1}, "body must be text, not dict"),
        ("\ud800", "body holds characters that UTF-8 cannot carry"),
        ("é" * 32_769, "bytes in body must be between 0 and 65,536, not 65,538"),
    ],
)
def test_a_bad_body_never_leaves(version: Version, body: str, says: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match=says):
        version(nowhere, "news").publish(body)


@BOTH
@pytest.mark.parametrize("after", ["", "1", "1-", "-1-0", "$", "+", "(1-0", None, 5, b"1-0", "1-0\n", "٣-0"])
def test_a_bad_position_never_leaves(version: Version, after: str, nowhere: Redis) -> None:
    with pytest.raises(ValueError, match="after must be the id of an event"):
        version(nowhere, "news").reader(after)


@BOTH
@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"timeout": -1}, "timeout must be between 0 and 3,600, not -1"),
        ({"timeout": math.nan}, "timeout must be a finite number, not nan"),
        ({"count": 0}, "count must be between 1 and 1,000, not 0"),
        ({"count": 1.0}, "count must be a whole number, not 1.0"),
    ],
)
def test_a_bad_poll_never_leaves(version: Version, ask: dict[str, float], says: str, fake: Redis) -> None:
    with pytest.raises(ValueError, match=says):
        version(fake, "news").reader().poll(**ask)


@BOTH
def test_a_bad_channel_is_never_made(version: Version, nowhere: Redis) -> None:
    for bad, says in (
        (lambda: version(nowhere, "a}b"), "name must not contain braces"),
        (lambda: version(nowhere, ""), "name must not be empty"),
        (lambda: version(nowhere, "news", limit=0), "limit must be between 1 and 1,000,000,000, not 0"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()


def test_a_bad_event_id_never_leaves(nowhere: Redis) -> None:
    for bad in ("", 5, "x" * 257):
        with pytest.raises(ValueError, match="event_id must"):
            Channel(nowhere, "news").publish("a", event_id=bad)


@BOTH
def test_a_key_of_another_type_is_reported_and_kept(version: Version, redis: Redis) -> None:
    redis.set(KEY, "mine")
    channel = version(redis, "news")
    for ask in (lambda: channel.publish("a"), channel.position, lambda: channel.reader().poll()):
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            ask()
    assert redis.get(KEY) == "mine"


# How the naive one goes wrong


def test_naive_misses_what_comes_between_snapshot_and_subscription(redis: Redis) -> None:
    channel = NaiveChannel(redis, "news")
    channel.publish("before")
    between = Meanwhile(redis, "xrange", lambda: channel.publish("between"))
    reader = NaiveChannel(between, "news").reader()
    channel.publish("after")
    assert until(reader, 3) == ["before", "after"]
    reader.close()


def test_naive_misses_what_comes_while_it_is_disconnected(redis: Redis) -> None:
    channel = NaiveChannel(redis, "news")
    reader = channel.reader()
    channel.publish("heard")
    assert until(reader, 1) == ["heard"]
    redis.client_kill_filter(_type="pubsub")
    channel.publish("missed")
    assert bodies(reader, 0.5) == []  # it connects again, in silence
    channel.publish("heard again")
    assert until(reader, 1) == ["heard again"]
    reader.close()


def test_naive_publisher_that_dies_between_its_commands_tells_nobody(redis: Redis) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    reader = NaiveChannel(redis, "news").reader()
    with pytest.raises(KeyboardInterrupt):
        NaiveChannel(Meanwhile(redis, "xadd", die), "news").publish("kept and not told")
    assert (bodies(reader, 0.1), redis.xlen(KEY)) == ([], 1)
    reader.close()


# Keys and cost


def test_the_keys_left_behind_are_those_of_the_card(kept: Callable[..., Channel]) -> None:
    channel = kept(keep=1_000, remember=60)
    channel.position()
    assert keyspace(channel.redis) == {KEY: ("stream", 1_000)}
    channel.publish("a", event_id="7")
    assert keyspace(channel.redis) == {KEY: ("stream", 1_000), f"{KEY}:seen:7": ("string", 60)}


def test_round_trips_are_those_of_the_card(redis: Redis) -> None:
    channel = Channel(redis, "news")
    reader = channel.reader(channel.position())
    channel.publish("load the script")
    for ask in (lambda: channel.publish("a"), channel.position, reader.poll, reader.poll):
        with round_trips(redis) as count:
            ask()
        assert count.number == 1


def test_an_event_takes_the_memory_of_the_card(redis: Redis) -> None:
    channel = Channel(redis, "news", limit=100_000)
    for number in range(3_000):
        channel.publish(f"project {number} changed")
    assert 20 < redis.memory_usage(KEY) / 3_000 < 50
