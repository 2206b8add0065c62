"""A reader goes on where one stopped, and is told when events after that place are gone."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from patterns.pubsub import Channel, Missed
from tests.patterns import pubsub as shared
from tests.patterns.pubsub import KEY, bodies, until

kept = shared.kept


def lose(channel: Channel) -> None:
    """The stream goes. A millisecond later its successor cannot have the same ids."""
    last = int(channel.position().partition("-")[0])
    channel.redis.delete(KEY)
    while time.time() * 1_000 < last + 2:
        pass


def test_another_reader_goes_on_where_one_stopped(kept: Callable[..., Channel]) -> None:
    channel = kept()
    for body in "abc":
        channel.publish(body)
    with channel.reader() as reader:
        assert [event.body for event in reader.poll(count=2)] == ["a", "b"]
    assert bodies(channel.reader(reader.position)) == ["c"]


def test_a_gap_is_told_and_told_again(kept: Callable[..., Channel]) -> None:
    channel = kept(limit=100)
    channel.publish("the last one that it saw")
    reader = channel.reader()
    reader.poll()
    for number in range(300):
        channel.publish(str(number))
    for _ in range(2):
        with pytest.raises(Missed, match=rf"no longer holds {reader.position}"):
            reader.poll(1)
    fresh = channel.reader(channel.position())
    channel.publish("on again")
    assert bodies(fresh) == ["on again"]
    assert 100 <= channel.redis.xlen(KEY) <= 200


def test_a_gap_is_told_to_a_reader_of_a_channel_that_was_empty(kept: Callable[..., Channel]) -> None:
    channel = kept(limit=100)
    reader = channel.reader(channel.position())
    for number in range(300):
        channel.publish(str(number))
    with pytest.raises(Missed):
        reader.poll()


@pytest.mark.parametrize("then", [[], ["later"]], ids=["nothing since", "another since"])
def test_a_channel_that_was_lost_is_a_gap(kept: Callable[..., Channel], then: list[str]) -> None:
    """It has expired, was evicted, or a failover has dropped what this reader has seen."""
    channel = kept()
    channel.publish("a")
    reader = channel.reader()
    reader.poll()
    lose(channel)
    for body in then:
        channel.publish(body)
    with pytest.raises(Missed, match="events after it may be gone too"):
        reader.poll()


def test_an_event_that_was_dropped_by_a_failover_is_a_gap(redis: Redis) -> None:
    channel = Channel(redis, "news")
    channel.publish("replicated")
    reader = channel.reader()
    lost = channel.publish("not replicated")
    assert until(reader, 2) == ["replicated", "not replicated"]
    redis.xdel(KEY, lost)  # as on the replica that was promoted
    channel.publish("the new primary's")
    with pytest.raises(Missed):
        reader.poll()


def test_a_mark_does_not_hide_the_event_behind_it(anywhere: Redis) -> None:
    channel = Channel(anywhere, "news")
    channel.position()  # leaves a mark, so that there is something to go on from
    channel.publish("a")
    with channel.reader() as reader:
        assert [event.body for event in reader.poll(count=1)] == ["a"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 40)),
        st.tuples(st.just("poll"), st.integers(1, 30)),
        st.tuples(st.just("leave"), st.just(0)),
        st.tuples(st.just("lose"), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_reader_has_seen_everything_or_has_been_told(fake: Redis, steps: list[tuple[str, int]]) -> None:
    """Whatever happens, what was read is one stretch of what was published, without a hole."""
    fake.flushall()
    channel, numbers = Channel(fake, "news", limit=50), itertools.count()
    reader, seen = channel.reader(channel.position()), -1
    for what, count in steps:
        if what == "publish":
            for _ in range(count):
                channel.publish(str(next(numbers)))
        elif what == "leave":
            reader = channel.reader(reader.position)
        elif what == "lose":
            lose(channel)
        else:
            try:
                found = [int(event.body) for event in reader.poll(count=count)]
            except Missed:
                reader, seen = channel.reader(channel.position()), next(numbers) - 1
                numbers = itertools.count(seen + 1)
            else:
                assert found == list(range(seen + 1, seen + 1 + len(found)))
                seen += len(found)
