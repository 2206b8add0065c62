"""Faults against the queue: workers that die at each of their lines, an order that kills, and a failover."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError

from lessons.breaking import Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Board, Card, Column, Table, TableRow, Tone
from lessons.staging import plural
from lessons.stream_queue.halfway import AckLast
from lessons.stream_queue.live import MOST_DELIVERIES, Died, die
from patterns.stream_queue import Effect, Message, NaiveQueue, Queue

if TYPE_CHECKING:
    from lab.workshop import Workshop

NAME, STOCK = "orders", "stock:{orders}"
POISON = "order 2"

AnyQueue = NaiveQueue | Queue
Version = type[NaiveQueue] | type[AckLast] | type[Queue]
LAST: Mapping[Version, str] = {NaiveQueue: "HINCRBY", AckLast: "XACK", Queue: "EVALSHA"}
"""The last command that each sends for a message."""
PLACES = ("with the order in hand", "before its last command arrives", "before it hears the last reply")

ORDERS = Integer("orders", "Orders", 6, 3, 30, help="Each has a worker of its own, and each worker dies.")
WORKERS = Integer("workers", "Workers", 6, 4, 20, help="One after the other takes what it can get.")
HEARD = Integer("heard", "Replica knows", 4, 1, 20, "orders")
UNHEARD = Integer("unheard", "Never hears of", 4, 2, 20, "orders")


def on(redis: Redis, version: Version) -> AnyQueue:
    return Queue(redis, NAME, most_deliveries=MOST_DELIVERIES) if version is Queue else version(redis, NAME)


def sell(message: Message) -> Effect:
    """The work: take the order's goods from the stock."""
    return Effect("HINCRBY", STOCK, (message.body["order"], -1))


def publish(shop: AnyQueue, number: int, begin: int = 1) -> list[str]:
    """Orders, each under its own number, and the group is there."""
    shop.pending()
    orders = [f"order {place}" for place in range(begin, begin + number)]
    for order in orders:
        send(shop, order)
    return orders


def send(shop: AnyQueue, order: str) -> None:
    if isinstance(shop, Queue):
        shop.publish({"order": order}, event_id=order)
    else:
        shop.publish({"order": order})


def look_for_the_rest(one: AnyQueue, work: Callable[[Message], object]) -> None:
    """What a worker that lives can do for those that do not."""
    one.handle("survivor", work, 1_000)
    if isinstance(one, AckLast | Queue):
        one.reclaim("survivor", 0, work, 1_000)


def sold(redis: Redis) -> dict[str, int]:
    return {str(order): -int(left) for order, left in redis.hgetall(STOCK).items()}


def deaths(workshop: Workshop, version: Version, *, orders: int) -> Shown:
    """A worker for each order, and each dies at another of its lines. To Redis a dead worker is one whose
    connection is cut and who never comes back: that is what happens here."""
    workshop.progress(0.1, "A server, and workers whose lines can be cut")
    lossy = Lossy(workshop, "stream_queue")
    names = publish(on(lossy.direct, version), orders)
    for place, order in enumerate(names):
        workshop.progress(0.2 + 0.6 * place / orders, f"The worker of {order} dies")
        _die(lossy, version, place % len(PLACES), f"worker {place + 1}")
    workshop.progress(0.9, "A survivor looks for the rest")
    look_for_the_rest(on(lossy.direct, version), sell)
    times = sold(lossy.direct)
    never = sum(order not in times for order in names)
    twice = sum(count > 1 for count in times.values())
    tone: Tone = "bad" if never or twice else "good"
    rows = tuple(
        TableRow(
            (order, PLACES[place % len(PLACES)], f"{times.get(order, 0)}x"),
            "good" if times.get(order) == 1 else "bad",
        )
        for place, order in enumerate(names)
    )
    return Shown(
        f"{plural(orders, 'worker')} died, each with one order. {_fate(never, twice)}",
        tone,
        (_count("Never sold", never), _count("Sold twice", twice)),
        Table("Where each worker died", ("Order", "Its worker died", "Sold"), rows),
    )


def _die(lossy: Lossy, version: Version, place: int, worker: str) -> None:
    """A worker takes one order, and its line is cut at that place."""
    if place == 1:
        lossy.proxy.drop_request(LAST[version])
    elif place == 2:
        lossy.proxy.drop_reply(LAST[version])
    client = lossy.client(retries=0)
    with contextlib.suppress(Died, RedisError):
        on(client, version).handle(worker, die if place == 0 else sell, 1)
    client.close()


def _fate(never: int, twice: int) -> str:
    if not never and not twice:
        return "Every order was sold once."
    told = [f"{plural(never, 'order was', 'orders were')} never sold"] * bool(never)
    told += [f"{plural(twice, 'order was', 'orders were')} sold twice"] * bool(twice)
    return f"{' and '.join(told)}."


def _count(label: str, value: int) -> Count:
    return Count(label, value, "orders", "bad" if value else "good")


def poison(workshop: Workshop, version: Version, *, workers: int) -> Shown:
    """Order 2 of five kills whoever works on it: the process ends, and no code of it can catch that."""
    workshop.progress(0.2, "Five orders, one of which kills")
    redis = Lossy(workshop, "stream_queue").direct
    one = on(redis, version)
    names, dead = publish(one, 5), 0

    def work(message: Message) -> Effect:
        if message.body["order"] == POISON:
            raise Died
        return sell(message)

    for place in range(1, workers + 1):
        workshop.progress(0.3 + 0.6 * place / workers, f"Worker {place} of {workers}")
        try:
            one.handle(f"worker {place}", work)
            if isinstance(one, AckLast | Queue):
                one.reclaim(f"worker {place}", 0, work)
        except Died:
            dead += 1
    times = sold(redis)
    healthy = sum(order not in times for order in names if order != POISON)
    buried = [letter.body["order"] for letter in one.dead_letters()] if isinstance(one, Queue) else []
    waiting = [order for order in names if order not in times and order not in buried]
    tone: Tone = "bad" if healthy or POISON not in buried else "good"
    return Shown(
        f"{dead} of {workers} workers died of {POISON}. "
        + (f"After {MOST_DELIVERIES} deliveries it was buried. " if buried else "It is still pending. ")
        + (f"{plural(healthy, 'good order was', 'good orders were')} never sold." if healthy else "")
        + ("" if healthy else "The others were sold."),
        tone,
        (
            Count("Workers dead", dead, "", "bad" if dead == workers else "warn"),
            Count("Good orders never sold", healthy, "orders", "bad" if healthy else "good"),
            Count("Buried", len(buried), "orders", "good" if buried else "bad"),
        ),
        Board(
            "Where the five orders are",
            (
                Column("pending for the dead", tuple(Card(order, tone="bad") for order in waiting)),
                Column("sold", tuple(Card(order, tone="good") for order in sorted(times))),
                Column("dead letters", tuple(Card(order, tone="warn") for order in buried)),
            ),
        ),
    )


class Warehouse:
    """Outside of Redis: sends a parcel, unless it has seen the key that comes with the request."""

    def __init__(self) -> None:
        self.parcels: Counter[str] = Counter()
        self._seen: set[str] = set()

    def send(self, order: str, key: str) -> None:
        if key not in self._seen:
            self._seen.add(key)
            self.parcels[order] += 1


def message_id(message: Message) -> str:
    """The key of a parcel: the id of the message that asks for it."""
    return message.id


def order_number(message: Message) -> str:
    """The key of a parcel: the number of the order, which the shop gave it."""
    return message.body["order"]


def failover(
    workshop: Workshop,
    version: Version,
    key: Callable[[Message], str],
    *,
    again: bool,
    heard: int,
    unheard: int,
) -> Shown:
    """Orders are published and finished that the replica never hears of; then the primary dies."""
    workshop.progress(0.1, "A primary and its replica")
    pair, warehouse = Pair(workshop, "stream_queue"), Warehouse()

    def work(message: Message) -> Effect:
        warehouse.send(message.body["order"], key(message))
        return sell(message)

    shop = on(pair.primary, version)
    names = publish(shop, heard)
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more; orders come in and are worked on")
    pair.stall()
    names += publish(shop, unheard, heard + 1)
    finished = shop.handle("ann", work, heard + unheard // 2)
    workshop.progress(0.7, "The primary dies, the replica takes over")
    redis = pair.fail_over()
    shop = on(redis, version)
    if again:
        for order in names:
            send(shop, order)
    look_for_the_rest(shop, work)
    times = sold(redis)
    twice = sum(count > 1 for count in times.values())
    parcels = sum(count > 1 for count in warehouse.parcels.values())
    gone = sum(order not in times for order in names)
    tone: Tone = "bad" if gone or twice or parcels else "good"
    rows = tuple(
        TableRow(
            (
                order,
                "yes" if place < heard else "no",
                "yes" if place < finished else "no",
                f"{times.get(order, 0)}x",
                str(warehouse.parcels[order]),
            ),
            "good" if times.get(order) == 1 == warehouse.parcels[order] else "bad",
        )
        for place, order in enumerate(names)
    )
    return Shown(
        f"{plural(len(names), 'order')} acknowledged, {finished} of them finished, and the primary died. "
        f"{_fate(gone, twice)} {plural(parcels, 'customer') if parcels else 'No customer'} got two parcels.",
        tone,
        (_count("Gone", gone), _count("Sold twice", twice), _count("Two parcels", parcels)),
        Table(
            "Each order",
            ("Order", "Replica knew", "Finished before", "Sold after", "Parcels"),
            rows,
            "The stock lies in Redis and went with it. The parcels are outside and stay sent.",
        ),
    )


def naive_deaths(workshop: Workshop, /, *, orders: int) -> Shown:
    return deaths(workshop, NaiveQueue, orders=orders)


def usual_deaths(workshop: Workshop, /, *, orders: int) -> Shown:
    return deaths(workshop, AckLast, orders=orders)


def hardened_deaths(workshop: Workshop, /, *, orders: int) -> Shown:
    return deaths(workshop, Queue, orders=orders)


def naive_poison(workshop: Workshop, /, *, workers: int) -> Shown:
    return poison(workshop, NaiveQueue, workers=workers)


def usual_poison(workshop: Workshop, /, *, workers: int) -> Shown:
    return poison(workshop, AckLast, workers=workers)


def hardened_poison(workshop: Workshop, /, *, workers: int) -> Shown:
    return poison(workshop, Queue, workers=workers)


def naive_failover(workshop: Workshop, /, *, heard: int, unheard: int) -> Shown:
    return failover(workshop, NaiveQueue, order_number, again=True, heard=heard, unheard=unheard)


def alone_failover(workshop: Workshop, /, *, heard: int, unheard: int) -> Shown:
    return failover(workshop, Queue, order_number, again=False, heard=heard, unheard=unheard)


def by_message_failover(workshop: Workshop, /, *, heard: int, unheard: int) -> Shown:
    return failover(workshop, Queue, message_id, again=True, heard=heard, unheard=unheard)


def by_order_failover(workshop: Workshop, /, *, heard: int, unheard: int) -> Shown:
    return failover(workshop, Queue, order_number, again=True, heard=heard, unheard=unheard)


FAULTS = (
    Experiment(
        "A worker dies at each of its lines",
        watch="Watch for the line at which each worker dies, and for how often its order is sold in the end.",
        trials=(
            Trial("Naive: nobody says XACK", naive_deaths, "bad", (NaiveQueue.handle,)),
            Trial(
                "The usual cure: XACK last, and a claim loop",
                usual_deaths,
                "bad",
                (AckLast.handle, AckLast.reclaim),
            ),
            Trial(
                "Hardened: effect and XACK in one script",
                hardened_deaths,
                "good",
                (Queue._end, Queue.reclaim),
            ),
        ),
        inputs=(ORDERS,),
        seconds=1.0,
    ),
    Experiment(
        "An order that kills",
        watch="Watch for how many workers die of one order, and for the good orders that were read with it.",
        trials=(
            Trial("Naive: it dies with the batch", naive_poison, "bad", (NaiveQueue.handle,)),
            Trial("The usual cure: it is claimed for ever", usual_poison, "bad", (AckLast.reclaim,)),
            Trial("Hardened: three deliveries, then buried", hardened_poison, "good", (Queue.reclaim,)),
        ),
        inputs=(WORKERS,),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies with orders on it",
        watch="Watch for orders that are gone, and for parcels: no script reaches those.",
        trials=(
            Trial("Naive, published again from the shop", naive_failover, "bad", (NaiveQueue.publish,)),
            Trial("Hardened, and nobody publishes again", alone_failover, "bad", (Queue.publish,)),
            Trial(
                "Published again; parcels know the message’s id",
                by_message_failover,
                "bad",
                (message_id, Warehouse.send),
            ),
            Trial(
                "Published again; parcels know the order’s number",
                by_order_failover,
                "good",
                (order_number, Warehouse.send),
            ),
        ),
        inputs=(HEARD, UNHEARD),
        seconds=1.0,
    ),
)

FAULT = Fault("Dead workers, a killing order, a failover", FAULTS)
