"""Live updates: an event published, and an event read."""

from __future__ import annotations

from benchmarks._contest import Batch, Contest, Contestant, repeat
from benchmarks._place import Place


def raw(place: Place) -> Batch:
    redis = place.client()
    return repeat(lambda: redis.publish("floor", "an event") == 0)


def publish(place: Place) -> Batch:
    from patterns.pubsub import Channel

    channel = Channel(place.client(), "ours")
    return repeat(lambda: channel.publish("an event"))


def raw_to_message(place: Place) -> Batch:
    redis = place.client()
    listening = redis.pubsub(ignore_subscribe_messages=True)
    place.at_end(listening.close)
    listening.subscribe("floor")
    listening.get_message(timeout=5)

    def once() -> object:
        redis.publish("floor", "an event")
        return listening.get_message(timeout=5)

    return repeat(once)


def publish_to_poll(place: Place) -> Batch:
    from patterns.pubsub import Channel

    channel = Channel(place.client(), "ours")
    channel.publish("the first event")
    reader = channel.reader().__enter__()
    place.at_end(lambda: reader.__exit__(None, None, None))
    reader.poll(0)

    def once() -> object:
        channel.publish("an event")
        return len(reader.poll(5)) == 1

    return repeat(once)


FIRE = "Whoever is away misses it, and the reply looks the same."
KEPT = "A reader that was away gets it later, in order and once, or is told what is gone."

CONTESTS = (
    Contest(
        "pubsub",
        "publish an event",
        Contestant("PUBLISH", FIRE, raw),
        Contestant("Channel", KEPT, publish),
    ),
    Contest(
        "pubsub",
        "publish an event, and one reader reads it",
        Contestant("PUBLISH, a subscriber", FIRE, raw_to_message),
        Contestant("Channel, Reader", KEPT, publish_to_poll),
    ),
)
