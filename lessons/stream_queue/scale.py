"""What a queue costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.stream_queue import Message, Queue

if TYPE_CHECKING:
    from lab.bench import Bench

MESSAGES = 5_000
NAME = "sum"


def ignore(message: Message) -> None:
    """Work that does nothing."""


def fresh(bench: Bench) -> Queue:
    """An empty queue whose group is there, seen by nobody."""
    clear(bench, f"queue:{{{NAME}}}*")
    load_scripts(bench, "stream_queue")
    one = Queue(bench.quiet(), NAME, namespace=bench.namespace)
    one.pending()
    return one


def order(number: int) -> dict[str, str]:
    return {"order": f"{number:08}", "sku": "shoe"}


def waiting(bench: Bench, /) -> Sample:
    """Orders that wait; an operation handles one."""
    unseen, worker = fresh(bench), Queue(bench.client("worker"), NAME, namespace=bench.namespace)

    def fill() -> list[str]:
        for number in range(MESSAGES):
            unseen.publish(order(number))
        return [unseen.key]

    return sample_of(bench, fill, MESSAGES, lambda: worker.handle("ann", ignore, 1), f"queue:{{{NAME}}}*")


def in_hand(bench: Bench, /) -> Sample:
    """What the pending list adds for orders that have been read and not finished."""
    unseen, worker = fresh(bench), Queue(bench.client("worker"), NAME, namespace=bench.namespace)
    for number in range(MESSAGES):
        unseen.publish(order(number))
    group: Any = {unseen.key: ">"}

    def fill() -> list[str]:
        bench.quiet().xreadgroup(unseen.group, "ann", group, MESSAGES)
        return [unseen.key]

    return sample_of(bench, fill, MESSAGES, lambda: worker.reclaim("ben", 0, ignore, 1), f"queue:{{{NAME}}}*")


def event_ids(bench: Bench, /) -> Sample:
    """The ids by which a publish that is sent again is known."""
    unseen, shop = fresh(bench), Queue(bench.client("shop"), NAME, namespace=bench.namespace)

    def fill() -> list[str]:
        for number in range(MESSAGES):
            unseen.publish(order(number), event_id=f"order-{number:08}")
        # What is worked off leaves the stream; its event ids stay.
        while unseen.handle("ann", ignore, 1_000):
            pass
        return [f"{unseen.key}:seen:order-{number:08}" for number in range(MESSAGES)]

    def publish() -> str:
        return shop.publish(order(0), event_id="order-new")

    return sample_of(bench, fill, MESSAGES, publish, f"queue:{{{NAME}}}*")


def of_one_queue(redis: Redis) -> Sequence[str]:
    one = Queue(redis, "orders")
    return [one.key, one.dead_key, f"{one.key}:seen:order-4711", "stock:{orders}"]


def of_partitions(redis: Redis) -> Sequence[str]:
    return [Queue(redis, f"orders-{part}").key for part in range(8)]


COST = Cost(
    "The sum for two hundred orders a second",
    (
        Estimate(
            "order that waits", "orders", waiting, 1_000_000, "one slot", "order", 200,
            source="cmd:info, cmd:memory-usage, streams",
            why="The workers have been down since noon: 5,000 s at 200 a second.",
        ),
        Estimate(
            "entry of the pending list", "entries", in_hand, 1_000_000, "one slot", "claim", 10,
            source="cmd:info, cmd:xpending",
            why="What it costs to read without ever saying XACK, on top of the message itself.",
        ),
        Estimate(
            "event id", "event ids", event_ids, 17_280_000, "one slot", "message", 200,
            why="200 a second, each remembered for a day. The item that everybody forgets.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "A queue on a cluster",
    (
        Keys(
            "One queue, its dead letters, an event id, and the stock", "meet", of_one_queue,
            "One script ends a message together with its effect.",
        ),
        Keys("Eight queues, by a hash of the order", "spread", of_partitions, "Each has work of its own."),
    ),
)  # fmt: skip

GROUP = ("XGROUP", "CREATE", "{key}", "workers", "0", "MKSTREAM")
HELD = (
    GROUP,
    ("XADD", "{key}", "*", "order", "4711"),
    ("XREADGROUP", "GROUP", "workers", "ann", "STREAMS", "{key}", ">"),
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Take over what a dead worker holds",
        (
            Way(
                "6.2", "XAUTOCLAIM, in a loop of its own",
                "It claims what has been silent for long enough and says where to go on. Before 6.2 it took "
                "XPENDING and XCLAIM.",
                "cmd:xautoclaim",
                call=("XAUTOCLAIM", "{key}", "workers", "ben", "0", "0-0", "COUNT", "1"),
                seed=HELD,
            ),
            Way(
                "7.0", "XAUTOCLAIM, which also names what has been deleted",
                "Its third reply lists ids whose message is gone, and it takes them off the pending list. "
                "Before, such an entry came back as nil.",
                "cmd:xautoclaim",
                call=("XAUTOCLAIM", "{key}", "workers", "ben", "0", "0-0", "COUNT", "1"),
                seed=(*HELD, ("XTRIM", "{key}", "MAXLEN", "0")),
            ),
            Way(
                "8.4", "XREADGROUP with CLAIM",
                "One read brings what is idle and then what is new, so no second loop can die unseen. A cap "
                "on deliveries and an idle time longer than the work are still yours.",
                "cmd:xreadgroup",
                call=(
                    "XREADGROUP", "GROUP", "workers", "ben", "CLAIM", "0", "STREAMS", "{key}", ">",
                ),
                seed=HELD,
                valkey=False,
            ),
        ),
    ),
)  # fmt: skip
