"""Workers that die and orders that stay, in a crowd and one step at a time; the hardened queue as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lessons.inputs import Input, Integer
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.pictures import Tone
from lessons.staging import clear, lanes_of, load_scripts, plural, timeline_of, values
from lessons.stream_queue.live import Died, die
from patterns.stream_queue import Effect, Message, NaiveQueue, Queue

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench
    from lab.trace import Command

AnyQueue = NaiveQueue | Queue
Version = type[NaiveQueue] | type[Queue]
SHARE = 5

CROWD: tuple[Input, ...] = (
    Integer("workers", "Workers", 12, 2, 40, help="Each is a real thread with a connection of its own."),
    Integer("dying", "Of them die", 4, 1, 40, help="In the middle of their first order."),
)


def on(bench: Bench, version: Version, redis: Redis, stage: str) -> AnyQueue:
    return version(redis, stage, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The name of an empty queue of this version; the server knows the scripts."""
    stage = f"{name}-{'naive' if version is NaiveQueue else 'hardened'}"
    clear(bench, f"queue:{{{stage}}}*", f"stock:{{{stage}}}")
    load_scripts(bench, "stream_queue")
    on(bench, version, bench.quiet(), stage).pending()  # the group is there
    return stage


def stock(bench: Bench, stage: str) -> str:
    return f"{bench.namespace}stock:{{{stage}}}"


def seller(bench: Bench, stage: str) -> Callable[[Message], Effect]:
    """Work that takes an order's goods from the stock."""
    return lambda message: Effect("HINCRBY", stock(bench, stage), (message.body["order"], -1))


def publish(bench: Bench, version: Version, stage: str, number: int) -> None:
    shop = on(bench, version, bench.quiet(), stage)
    for order in range(1, number + 1):
        shop.publish({"order": f"order {order}"})


def look_for_the_rest(bench: Bench, version: Version, stage: str) -> None:
    """What a worker that is alive can do for those that are not."""
    one = on(bench, version, bench.client("survivor"), stage)
    one.handle("survivor", seller(bench, stage), 1_000)
    if isinstance(one, Queue):
        one.reclaim("survivor", 0, seller(bench, stage), 1_000)


def outcome(bench: Bench, version: Version, stage: str, number: int) -> tuple[int, int]:
    """How many orders were never sold, and how many more than once."""
    counts = [-int(left) for left in bench.quiet().hvals(stock(bench, stage))]
    return number - len(counts), sum(count > 1 for count in counts)


def burst(version: Version, bench: Bench, *, workers: int, dying: int) -> Shown:
    """Five orders for each worker, and some workers die in the middle of their first."""
    stage, number, dying = fresh(bench, version, "sale"), workers * SHARE, min(dying, workers)
    publish(bench, version, stage, number)
    begin = bench.log.mark()

    def job(place: int) -> Callable[[Redis], None]:
        def work(redis: Redis) -> None:
            one = on(bench, version, redis, stage)
            if place >= dying:
                one.handle(f"worker {place + 1:02}", seller(bench, stage), SHARE)
                return
            try:
                one.handle(f"worker {place + 1:02}", die, SHARE)
            except Died:
                return

        return work

    values(bench.together({f"worker {place + 1:02}": job(place) for place in range(workers)}))
    look_for_the_rest(bench, version, stage)
    lost, twice = outcome(bench, version, stage, number)
    left = on(bench, version, bench.quiet(), stage).length()
    return Shown(
        f"{plural(number, 'order')}, {plural(workers, 'worker')}, {dying} of them died. "
        + (
            f"{plural(lost, 'order was', 'orders were')} never sold and nobody can get them: stuck entry."
            if lost
            else "A survivor took over what they held, and every order was sold."
        ),
        "bad" if lost or twice else "good",
        (
            Count("Never sold", lost, "orders", "bad" if lost else "good"),
            Count("Sold twice", twice, "orders", "bad" if twice else "good"),
            Count("Still in the stream", left, "messages", "bad" if left else "good"),
        ),
        timeline_of(
            "What the workers got",
            lanes_of(bench.log.since(begin).commands, in_words),
            "The first workers die. The survivor looks for what is left.",
        ),
    )


def in_words(command: Command) -> tuple[str, Tone] | None:
    """A command of either version in two words."""
    if command.error:
        return f"{command.name}: {command.error}", "bad"
    match command.name:
        case "XREADGROUP":
            read = command.reply not in ("[]", "(nil)", "{}", "(empty)")
            return ("reads", "plain") if read else ("nothing new", "plain")
        case "HINCRBY":
            return "sells", "warn"
        case "EVALSHA":
            return ("claims", "good") if "-" in command.reply else ("ends one", "good")
    return None


def naive_burst(bench: Bench, /, *, workers: int, dying: int) -> Shown:
    return burst(NaiveQueue, bench, workers=workers, dying=dying)


def hardened_burst(bench: Bench, /, *, workers: int, dying: int) -> Shown:
    return burst(Queue, bench, workers=workers, dying=dying)


BURST = Burst(
    "A sale, and workers that die",
    naive=Action("Naive: some workers die", naive_burst, CROWD, (NaiveQueue.handle,)),
    hardened=Action("Hardened: some workers die", hardened_burst, CROWD, (Queue.handle, Queue.reclaim)),
)


class Steps:
    """Four small stories for one version. Each begins with an empty queue."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def told(self, bench: Bench, stage: str, number: int, what: str) -> Shown:
        lost, twice = outcome(bench, self.version, stage, number)
        one = on(bench, self.version, bench.quiet(), stage)
        faults = ["stuck entry"] * bool(lost) + ["double order"] * bool(twice)
        return Shown(
            f"{what} {plural(number, 'order')}: {number - lost} sold"
            + (f", {lost} never" if lost else "")
            + (f", {twice} of them twice" if twice else "")
            + (f": {' and '.join(faults)}." if faults else "."),
            "bad" if faults else "good",
            (
                Count("Never sold", lost, "orders", "bad" if lost else "good"),
                Count("Sold twice", twice, "orders", "bad" if twice else "good"),
                Count("Pending", one.pending(), "messages"),
            ),
        )

    def dead(self, bench: Bench, /, *, number: int) -> Shown:
        """Ann dies with an order in her hands. A survivor does what its version can."""
        stage = fresh(bench, self.version, "dead")
        publish(bench, self.version, stage, number)
        try:
            on(bench, self.version, bench.client("ann"), stage).handle("ann", die, 1)
        except Died:
            look_for_the_rest(bench, self.version, stage)
        return self.told(
            bench, stage, number, "Ann died with one order in her hands, and a survivor looked for it."
        )

    def long_after(self, bench: Bench, /, *, number: int) -> Shown:
        """All goes well, for a long time."""
        stage = fresh(bench, self.version, "long")
        one = on(bench, self.version, bench.client("ann"), stage)
        publish(bench, self.version, stage, number)
        one.handle("ann", seller(bench, stage), number)
        quiet = on(bench, self.version, bench.quiet(), stage)
        length, pending = quiet.length(), quiet.pending()
        return Shown(
            f"{plural(number, 'order')} published and sold. The stream holds {length:,} of them, "
            f"{pending:,} pending" + (": unbounded stream." if length else "."),
            "bad" if length else "good",
            (
                Count("In the stream", length, "messages", "bad" if length else "good"),
                Count("Pending", pending, "messages", "bad" if pending else "good"),
            ),
        )

    def slow(self, bench: Bench, /, *, number: int) -> Shown:
        """Ann is slow and not dead. Another takes her order over; then she finishes after all."""
        stage = fresh(bench, self.version, "slow")
        publish(bench, self.version, stage, number)
        work = seller(bench, stage)

        def overtaken(message: Message) -> Effect:
            look_for_the_rest(bench, self.version, stage)
            return work(message)

        on(bench, self.version, bench.client("ann"), stage).handle("ann", overtaken, 1)
        can = "took over what she had" if self.version is Queue else "could take nothing over"
        return self.told(bench, stage, number, f"Ann was slow, and another {can}.")

    def again(self, bench: Bench, /, *, number: int) -> Shown:
        """The shop does not hear that its order has arrived, and publishes it once more."""
        stage = fresh(bench, self.version, "again")
        shop = on(bench, self.version, bench.client("shop"), stage)
        for order in range(1, number + 1):
            for _ in range(2):
                body = {"order": f"order {order}"}
                if isinstance(shop, Queue):
                    shop.publish(body, event_id=body["order"])
                else:
                    shop.publish(body)
        look_for_the_rest(bench, self.version, stage)
        return self.told(bench, stage, number, "Every reply to the shop was lost, so it published twice.")

    def step(self, heading: str) -> Run:
        shows = (self.version.handle,)
        number = Integer("number", "Orders", 3, 1, 50)
        return Run(
            heading,
            (
                Action("A worker dies", self.dead, (number,), shows),
                Action(
                    "All goes well, for long",
                    self.long_after,
                    (Integer("number", "Orders", 300, 1, 1_000),),
                    shows,
                ),
                Action("A worker is slow, not dead", self.slow, (number,), shows),
                Action("The shop publishes twice", self.again, (number,), (self.version.publish,)),
            ),
        )


BY_HAND = Steps(NaiveQueue).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Queue).step("The same stories, hardened")
