"""What channels cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.pubsub import START, Channel

if TYPE_CHECKING:
    from lab.bench import Bench

EVENTS, BOARDS = 5_000, 50
NAME = "sum"


def kept(bench: Bench, /) -> Sample:
    """A hundred events of a few words on each of fifty boards; an operation is a poll of a reader."""
    clear(bench, f"channel:{{{NAME}*")
    load_scripts(bench, "pubsub")
    boards = [Channel(bench.quiet(), f"{NAME}-{board}", namespace=bench.namespace) for board in range(BOARDS)]
    reader = Channel(bench.client("reader"), f"{NAME}-0", namespace=bench.namespace).reader(START)

    def fill() -> list[str]:
        for card in range(EVENTS):
            boards[card % BOARDS].publish(f"card {card} moved")
        return [board.key for board in boards]

    return sample_of(bench, fill, EVENTS, reader.poll, f"channel:{{{NAME}*")


def event_ids(bench: Bench, /) -> Sample:
    """The ids by which a publish that is sent again is known; the events themselves are few."""
    clear(bench, f"channel:{{{NAME}}}*")
    load_scripts(bench, "pubsub")
    unseen = Channel(bench.quiet(), NAME, namespace=bench.namespace, limit=1)
    shop = Channel(bench.client("publisher"), NAME, namespace=bench.namespace, limit=1)

    def fill() -> list[str]:
        ids = [f"change-{number:08}" for number in range(EVENTS)]
        for event_id in ids:
            unseen.publish("moved", event_id=event_id)
        return [f"{unseen.key}:seen:{event_id}" for event_id in ids]

    def publish() -> str:
        return shop.publish("moved", event_id="change-new")

    return sample_of(bench, fill, EVENTS, publish, f"channel:{{{NAME}}}*")


def of_one_channel(redis: Redis) -> Sequence[str]:
    one = Channel(redis, "board-7")
    return [one.key, f"{one.key}:seen:change-4711"]


def of_boards(redis: Redis) -> Sequence[str]:
    return [Channel(redis, f"board-{number}").key for number in range(1, 9)]


COST = Cost(
    "The sum for a hundred thousand boards",
    (
        Estimate(
            "event that is kept", "events", kept, 10_000_000, "many slots", "poll", 20_000,
            source="cmd:info, cmd:memory-usage, streams",
            why="100,000 boards, a hundred events each. A poll a second from each of 20,000 open boards.",
        ),
        Estimate(
            "event id", "event ids", event_ids, 17_280_000, "many slots", "event", 200,
            why="200 changes a second, each remembered for a day.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Channels on a cluster",
    (
        Keys(
            "One channel and the id of an event", "meet", of_one_channel,
            "One script keeps the event, notes its id and rings. The bell has the name of the key.",
        ),
        Keys("Eight boards", "spread", of_boards, "Boards know nothing of each other."),
    ),
)  # fmt: skip

PRODUCTION = Production(
    "In production",
    Dial(
        "Ring, so that whoever waits for a channel looks",
        (
            Way(
                "6.2", "PUBLISH",
                "On one server it is all you need. In a cluster every ring goes to every node, whether "
                "anybody listens there or not.",
                "cmd:publish, pubsub",
                call=("PUBLISH", "{key}", "1700000000000-0"),
            ),
            Way(
                "7.0", "SPUBLISH, and SSUBSCRIBE to hear it",
                "The channel has a slot like a key, and a ring stays in its shard. A script may ring in the "
                "step that writes, because key and channel lie together.",
                "cmd:spublish, pubsub",
                call=("SPUBLISH", "{key}", "1700000000000-0"),
            ),
        ),
    ),
)  # fmt: skip
