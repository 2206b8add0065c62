"""The races of the stream queue: a worker dies with a message in hand, and what is left in the end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis

from lab.scenario import Faults, Scenario
from lessons.crew import crew
from lessons.model import Race, Version
from patterns.stream_queue import Effect, Message, NaiveQueue, Queue

Kind = type[NaiveQueue] | type[Queue]

KINDS: dict[Version, Kind] = {"naive": NaiveQueue, "hardened": Queue}
STOCK = "stock:{orders}"
ORDERS = ("tea", "milk")
IDLE_MS = 30_000


def sell(message: Message) -> Effect:
    """The work: one piece less in stock."""
    return Effect("HINCRBY", STOCK, (message.body["sku"], -1))


def work(redis: Redis, kind: Kind, name: str) -> int:
    """Work through what is new, then through what has waited for half a minute in dead hands."""
    queue = kind(redis, "orders")
    done = queue.handle(name, sell, 2)
    if isinstance(queue, Queue):  # the naive one cannot
        done += queue.reclaim(name, IDLE_MS, sell, 2)
    return done


def ordered(redis: Redis, *, kind: Kind, orders: int) -> None:
    queue = kind(redis, "orders")
    queue.pending()  # makes the group
    for sku in ORDERS[:orders]:
        queue.publish({"sku": sku})


def every_order_sold(redis: Redis, results: Mapping[str, Any], *, kind: Kind, orders: int) -> str | None:
    """A worker who survives has all the time in the world."""
    queue = kind(redis, "orders")
    for waits in redis.xpending_range(queue.key, queue.group, "-", "+", orders):
        message: Any = waits["message_id"]
        redis.xclaim(queue.key, queue.group, "dead", 0, [message], 60_000, justid=True)
    queue.handle("survivor", sell)
    if isinstance(queue, Queue):
        queue.reclaim("survivor", 0, sell)
    sold = {sku: -int(stock) for sku, stock in redis.hgetall(STOCK).items()}
    for sku in ORDERS[:orders]:
        if sku not in sold:
            return f"stuck entry: {sku} is pending for a dead worker, and no survivor ever gets it"
        if sold[sku] > 1:
            return f"sold twice: {sku}, {sold[sku]} times"
    return None


def nothing_left(redis: Redis, results: Mapping[str, Any], *, kind: Kind, orders: int) -> str | None:
    for sku in ORDERS[:orders]:
        if not redis.hexists(STOCK, sku):
            return f"lost order: everybody is done, and nobody has sold {sku}"
    length = kind(redis, "orders").length()
    return (
        f"unbounded stream: all {orders} orders are done, and the stream holds {length}" if length else None
    )


def dying_workers(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, work, kind=kind),
        partial(every_order_sold, kind=kind, orders=1),
        partial(ordered, kind=kind, orders=1),
        faults=faults,
    )


def all_done(version: Version, clients: int, faults: Faults) -> Scenario:
    kind = KINDS[version]
    return Scenario(
        crew(clients, work, kind=kind),
        partial(nothing_left, kind=kind, orders=2),
        partial(ordered, kind=kind, orders=2),
        faults=faults,
    )


RACES = (
    Race(
        "A worker dies with a message in hand",
        invariant="When somebody survives, every order is sold in the end, once.",
        look="XREADGROUP has handed the order out, and its worker dies. `>` never shows it again.",
        anomaly="stuck entry",
        scenario=dying_workers,
        naive=(NaiveQueue.handle,),
        hardened=(Queue.handle, Queue.reclaim),
        most_clients=3,
        faults=Faults(crashes=1, time_jumps=1, jumps_ms=(60_000,)),
        most_faults=Faults(crashes=2, lost_replies=1, lost_requests=1, time_jumps=1),
    ),
    Race(
        "What is left when all is done",
        invariant="Every order is worked through, and then the stream is empty.",
        look="Nothing takes an entry out. Two orders are two entries, for ever.",
        anomaly="unbounded stream",
        scenario=all_done,
        naive=(NaiveQueue.publish, NaiveQueue.handle),
        hardened=(Queue.publish, Queue.handle),
        most_clients=3,
        most_faults=Faults(time_jumps=1),
        beyond="A worker who dies leaves its order in the stream: that is the first race.",
    ),
)
