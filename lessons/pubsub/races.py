"""The races of the channel: what is published between a look and a subscription, or while a line is down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from lab.scenario import Faults, Scenario
from lessons.crew import answered, insist
from lessons.model import Race, Version
from patterns.pubsub import Channel, NaiveChannel

Kind = type[NaiveChannel] | type[Channel]

KINDS: dict[Version, Kind] = {"naive": NaiveChannel, "hardened": Channel}
NEWS = ("one", "two")


def publish(redis: Redis, kind: Kind) -> None:
    """The news, in order, and once more if no reply came."""
    channel = kind(redis, "news")
    for body in NEWS:
        if isinstance(channel, Channel):
            insist(partial(channel.publish, body, event_id=body))
        else:
            insist(partial(channel.publish, body))


def listen(redis: Redis, kind: Kind) -> list[str]:
    """A reader of all the news, who goes on when the line breaks, until the last has been heard."""
    reader = insist(lambda: kind(redis, "news").reader())
    heard: list[str] = []
    for _ in range(3):
        try:
            heard += [event.body for event in reader.poll(timeout=1)]
        except RedisConnectionError:
            continue
        if NEWS[-1] in heard:
            break
    return heard


def no_gap(redis: Redis, results: Mapping[str, Any]) -> str | None:
    heard = answered(results).get("reader") or []
    if NEWS[-1] in heard and NEWS[0] not in heard:
        return f"missed message: the reader heard {' and '.join(heard)}, never {NEWS[0]}, and does not know"
    return None


def news(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        {"reader": partial(listen, kind=kind), "writer": partial(publish, kind=kind)}, no_gap, faults=faults
    )


RACES = (
    Race(
        "Published between the look and the subscription",
        invariant="A reader who has heard the second piece of news has heard the first.",
        look="XRANGE finds nothing, the first is published, and only then comes SUBSCRIBE.",
        anomaly="missed message",
        scenario=news,
        naive=(NaiveChannel.publish, NaiveChannel.reader),
        hardened=(Channel.publish, Channel.reader),
        faults=Faults(crashes=1, lost_replies=1),
        most_faults=Faults(crashes=1, lost_replies=1, lost_requests=1),
        twin="The queue of a subscriber is a part of its connection. The explorer keeps it, as Redis does.",
    ),
)
