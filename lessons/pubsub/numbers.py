"""The numbers of a channel, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

import statistics
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.pubsub import Channel, NaiveChannel, NaiveReader, Reader

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"channel:{{{NAME}}}*"
EVENTS = 1_000


def fresh(bench: Bench) -> Channel:
    clear(bench, OURS)
    load_scripts(bench, "pubsub")
    return Channel(bench.quiet(), NAME, namespace=bench.namespace)


def nobody(bench: Bench, /) -> str:
    """PUBLISH on a channel that nobody listens to."""
    answer = bench.quiet().publish(f"{bench.namespace}channel:{{{NAME}}}", "is anybody there?")
    return f"Published where nobody listens: the reply is {answer}, no error, and the message is gone."


def size(bench: Bench, /) -> str:
    """A thousand small events."""
    channel = fresh(bench)
    for card in range(EVENTS):
        channel.publish(f"card {card} moved")
    found = bytes_of(bench, channel.key)
    clear(bench, OURS)
    if isinstance(found, NotHere):
        return found
    return f"{EVENTS:,} events of a few words take {found:,} bytes: {found / EVENTS:.0f} each."


def round_trips(bench: Bench, /) -> str:
    """What publishing and reading cost on the wire."""
    told = []
    for title, version in (("Naive", NaiveChannel), ("Hardened", Channel)):
        fresh(bench)
        one = version(bench.client("publisher"), NAME, namespace=bench.namespace)
        one.publish("warm")
        sent = round_trips_of(bench, partial(one.publish, "card 1 moved"))
        told.append(f"{title}: {sent} to publish.")
    reader = Channel(bench.client("reader"), NAME, namespace=bench.namespace).reader()
    told.append(f"A hardened poll: {round_trips_of(bench, reader.poll)}.")
    clear(bench, OURS)
    return " ".join(told)


def woken(bench: Bench, /) -> str:
    """How soon a reader that waits has an event in hand."""
    channel, took = fresh(bench), []
    with Reader(bench.quiet(), channel.key, channel.position()) as reader:
        reader.poll(0.01)
        for _ in range(20):
            started: list[float] = []

            def ring(started: list[float] = started) -> None:
                started.append(time.perf_counter())
                channel.publish("now")

            publisher = threading.Timer(0.005, ring)
            publisher.start()
            while not reader.poll(2):
                pass
            took.append(time.perf_counter() - started[0])
            publisher.join()
    clear(bench, OURS)
    return f"From publishing to having it in hand: {statistics.median(took) * 1_000:.1f} ms (median of 20)."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Publish", NaiveChannel.publish, Channel.publish),
        Pair("Begin to listen", NaiveReader.__init__, Reader._rings),
        Pair("Get what is new", NaiveReader.poll, Reader.poll),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Publishing to nobody is a success.", "cmd:publish", nobody),
        Fact("How soon a reader is woken.", "", woken),
        Fact("Round trips. Hardened pays two more once, to load the script.", "scripting", round_trips),
        Fact("Memory for events that wait: a stream packs them.", "streams", size),
        Fact(
            "A subscriber that reads too slowly is disconnected: at 32 MB of unread output, or at 8 MB for "
            "60 seconds. The publisher hears nothing of it.",
            "conf",
        ),
        Fact(
            "PUBLISH goes to every node of a cluster; SPUBLISH (7.0) stays in the shard of its slot.",
            "pubsub, cmd:spublish",
        ),
    ),
)
