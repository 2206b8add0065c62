"""The live queue: publish orders, work on them, die with one in your hands, let another take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Board, Card, Column, Picture, Tone
from lessons.staging import load_scripts, plural
from patterns.stream_queue import Effect, Message, Queue

if TYPE_CHECKING:
    from lab.bench import Bench

NAME, GROUP = "orders", "workers"
MOST_DELIVERIES = 3
SHOWN = 30

WORKER = Text("worker", "Worker", "ann", "Every worker of the group has a name of its own.", 30)


class Died(Exception):
    """The worker's process ends, with a message in its hands."""


def die(message: Message) -> None:
    raise Died


def queue(bench: Bench, actor: str = "") -> Queue:
    """The learner's queue, as one of its workers sees it; unseen where nobody in particular looks."""
    load_scripts(bench, "stream_queue")
    redis = bench.client(actor) if actor else bench.quiet()
    return Queue(redis, NAME, GROUP, namespace=bench.namespace, most_deliveries=MOST_DELIVERIES)


def sell(bench: Bench, message: Message) -> Effect:
    """Take one from the stock, in the step that ends the message."""
    return Effect("HINCRBY", f"{bench.namespace}stock:{{{NAME}}}", (message.body["sku"], -1))


def pending(bench: Bench) -> list[dict[str, Any]]:
    """What is in somebody's hands. Streams count silence by the server's clock; time that was moved on by
    hand is added here."""
    looked, clock = queue(bench), note(bench, "moved on", lambda: [0.0])
    passed, clock[0] = round(1_000 * (bench.clock.offset - clock[0])), bench.clock.offset
    if not bench.quiet().exists(looked.key) or not looked.pending():
        return []
    found: Any = bench.quiet().xpending_range(looked.key, GROUP, "-", "+", 1_000)
    for entry in found if passed else ():
        entry["time_since_delivered"] += passed
        bench.quiet().xclaim(
            looked.key,
            GROUP,
            entry["consumer"],
            0,
            [entry["message_id"]],
            idle=entry["time_since_delivered"],
            retrycount=entry["times_delivered"],
            justid=True,
        )
    return list(found)


def picture(bench: Bench) -> Picture:
    """The stream as lanes: what nobody has read, what each worker holds, what was buried."""
    held = pending(bench)
    looked, quiet = queue(bench), bench.quiet()
    groups: Any = quiet.xinfo_groups(looked.key) if quiet.exists(looked.key) else []
    last = next((group["last-delivered-id"] for group in groups if group["name"] == GROUP), "0-0")
    new: Any = quiet.xrange(looked.key, f"({last}")
    columns = [
        Column(
            "not read yet",
            tuple(Card(f"order {body['order']}", key=id_) for id_, body in new[:SHOWN]),
            more=max(0, len(new) - SHOWN),
        )
    ]
    for worker in sorted({entry["consumer"] for entry in held}):
        mine = [entry for entry in held if entry["consumer"] == worker]
        cards = tuple(_in_hand(bench, looked.key, entry) for entry in mine[:SHOWN])
        columns.append(Column(f"{worker} holds", cards, "pending", len(mine) - len(cards)))
    buried = tuple(
        Card(f"order {letter.body['order']}", tone="bad", key=letter.id) for letter in looked.dead_letters()
    )
    columns.append(Column("dead letters", buried))
    return Board(f"Stream {NAME}, group {GROUP}", tuple(columns), "What is finished has left the stream.")


def _in_hand(bench: Bench, key: str, entry: dict[str, Any]) -> Card:
    found: Any = bench.quiet().xrange(key, entry["message_id"], entry["message_id"])
    times = entry["times_delivered"]
    return Card(
        f"order {found[0][1]['order']}",
        (f"idle {entry['time_since_delivered'] / 1_000:,.0f} s",),
        "bad" if times >= MOST_DELIVERIES else "warn",
        f"delivered {times}x",
        entry["message_id"],
    )


def shown(bench: Bench, says: str, tone: Tone = "good") -> Shown:
    one = queue(bench)
    letters = len(one.dead_letters())
    return Shown(
        says,
        tone,
        (
            Count("In the stream", one.length(), "messages"),
            Count("Pending", one.pending(), "messages"),
            Count("Sold", sold(bench), "orders"),
            Count("Buried", letters, "messages", "warn" if letters else "plain"),
        ),
        picture(bench),
    )


def sold(bench: Bench) -> int:
    stock = bench.quiet().hvals(f"{bench.namespace}stock:{{{NAME}}}")
    return -sum(int(left) for left in stock)


def publish(bench: Bench, /, *, number: int) -> Shown:
    """The shop publishes orders."""
    pending(bench)
    shop = queue(bench, "shop")
    numbers = note(bench, "orders", lambda: [0])
    for _ in range(number):
        numbers[0] += 1
        shop.publish({"order": str(numbers[0]), "sku": "shoe"})
    inside = plural(queue(bench).length(), "is", "are")
    return shown(bench, f"{plural(number, 'order')} published. {inside} in the stream, unread or unfinished.")


def handle(bench: Bench, /, *, worker: str, number: int) -> Shown:
    """A worker takes new orders, one after the other, and finishes each."""
    pending(bench)
    ended = queue(bench, worker).handle(worker, lambda message: sell(bench, message), number)
    if not ended:
        return shown(bench, "Nothing is new. What others hold is theirs, until somebody reclaims it.", "warn")
    return shown(
        bench, f"{worker} finished {plural(ended, 'order')}: sold, acknowledged and out of the stream."
    )


def die_at_work(bench: Bench, /, *, worker: str) -> Shown:
    """A worker takes a new order and dies."""
    pending(bench)
    try:
        queue(bench, worker).handle(worker, die, 1)
    except Died:
        return shown(
            bench, f"{worker} died with an order in hand. Redis does not know: it stays pending.", "warn"
        )
    return shown(bench, "There was no new order to die with. Publish some first.", "warn")


def reclaim(bench: Bench, /, *, worker: str, silent: int) -> Shown:
    """Take over what nobody has moved for a while."""
    pending(bench)
    before = len(queue(bench).dead_letters())
    ended = queue(bench, worker).reclaim(worker, 1_000 * silent, lambda message: sell(bench, message), 100)
    buried = len(queue(bench).dead_letters()) - before
    if ended or buried:
        says = f"{worker} took over and finished {plural(ended, 'order')}" + (
            f", {buried} buried." if buried else "."
        )
        return shown(bench, says)
    if not queue(bench).pending():
        return shown(bench, "Nothing is pending: nobody holds an order that could be taken over.", "warn")
    return shown(bench, f"Nothing has been silent for {silent:,} s. Move time on, or ask for less.", "warn")


def poison(bench: Bench, /) -> Shown:
    """An order that kills whoever works on it."""
    pending(bench)
    id_ = queue(bench, "shop").publish({"order": "666", "sku": "a shoe for three feet"})
    deaths, before = 0, len(queue(bench).dead_letters())

    def work(message: Message) -> Effect:
        if message.id == id_:
            raise Died
        return sell(bench, message)

    for worker in ("ann", "ben", "cleo", "dora", "eve", "finn"):
        try:
            while queue(bench, worker).handle(worker, work, 1_000):
                pass  # as many as were published before it
            queue(bench, worker).reclaim(worker, 0, work, 1_000)
        except Died:
            deaths += 1
    buried = len(queue(bench).dead_letters()) - before
    return shown(
        bench,
        f"{plural(deaths, 'worker')} died of order 666. After {MOST_DELIVERIES} deliveries "
        + ("it was buried unread in the dead-letter stream." if buried else "it is still there."),
        "good" if buried else "bad",
    )


LIVE = Run(
    "Publish, work, die, take over",
    (
        Action("Publish orders", publish, (Integer("number", "Orders", 6, 1, 500),), (Queue.publish,)),
        Action(
            "Work on new orders",
            handle,
            (WORKER, Integer("number", "At most", 2, 1, 500, "orders")),
            (Queue.handle,),
        ),
        Action(
            "Die with an order in hand",
            die_at_work,
            (Text("worker", "Worker", "ben", "", 30),),
            (Queue.handle,),
        ),
        Action(
            "Take over what is silent",
            reclaim,
            (
                Text("worker", "Worker", "cleo", "", 30),
                Integer("silent", "Silent for at least", 0, 0, 3_600, "s", "Time moved on by hand counts."),
            ),
            (Queue.reclaim,),
        ),
        Action("An order that kills", poison, (), (Queue.reclaim,)),
    ),
    picture,
    fast_forward=(10, 60, 600),
)
