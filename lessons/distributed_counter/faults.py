"""Faults against the counter: requests and replies that are lost, and a primary dies with counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Table, TableRow, Tone
from lessons.staging import plural
from patterns.distributed_counter import Counter, NaiveCounter

if TYPE_CHECKING:
    from redis import Redis

    from lab.workshop import Workshop

Make = Callable[["Redis"], NaiveCounter | Counter]

VIDEO = "video-7"
EVENTS = Integer("events", "Views", 8, 1, 50)
REQUESTS = Integer("requests", "Requests lost", 2, 0, 25, help="They never reach the server.")
REPLIES = Integer("replies", "Replies lost", 2, 0, 25, help="The server has counted, and nobody is told.")
UNSEEN = Integer("unseen", "Views that the replica never hears of", 3, 0, 50)


def naive(redis: Redis) -> NaiveCounter:
    return NaiveCounter(redis, VIDEO)


def hardened(redis: Redis) -> Counter:
    return Counter(redis, VIDEO)


def lines_cut(
    workshop: Workshop, make: Make, command: str, retries: int, *, events: int, requests: int, replies: int
) -> Shown:
    """The first views lose their request, the next their reply. For the client both are the same error."""
    workshop.progress(0.1, "A server, and a proxy that loses what it is told to lose")
    lossy = Lossy(workshop, "distributed_counter")
    truth, counter = make(lossy.direct), make(lossy.client(retries))
    rows, errors = [], 0
    for number in range(events):
        workshop.progress(0.2 + 0.7 * number / events, f"View {number + 1} of {events}")
        before, fate = truth.total(), "nothing"
        if number < requests:
            lossy.proxy.drop_request(command)
            fate = "the request"
        elif number < requests + replies:
            lossy.proxy.drop_reply(command)
            fate = "the reply"
        try:
            counter.add(1, f"view-{number}")
            told = "counted"
        except RedisConnectionError:
            told, errors = "an error", errors + 1
        rows.append(_row(number, fate, told, truth.total() - before, 1))
    return ledger(
        events,
        truth.total(),
        f"{plural(events, 'view')}, and the caller saw {plural(errors, 'error')}",
        Table("Each view", ("View", "What got lost", "Caller was told", "Counted"), tuple(rows)),
    )


def failover(workshop: Workshop, make: Make, again: bool, *, events: int, unseen: int) -> Shown:
    """A primary dies with views that its replica has not heard of; perhaps the log is sent once more."""
    unseen = min(unseen, events)
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "distributed_counter")
    counter = make(pair.primary)
    for number in range(events - unseen):
        counter.add(1, f"view-{number}")
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more, the views go on")
    pair.stall()
    for number in range(events - unseen, events):
        counter.add(1, f"view-{number}")
    acknowledged = counter.total()
    workshop.progress(0.7, "The primary is killed; the replica takes over")
    promoted = make(pair.fail_over())
    left = promoted.total()
    workshop.progress(0.8, "Every view is sent once more, from the log" if again else "Nobody sends again")
    rows = []
    for number in range(events):
        survived, before = number < events - unseen, promoted.total()
        if again:
            promoted.add(1, f"view-{number}")
        added = promoted.total() - before
        rows.append(_row(number, "survived" if survived else "gone", str(added), added + survived, 1))
    return ledger(
        events,
        promoted.total(),
        f"{plural(acknowledged, 'view was', 'views were')} acknowledged, {left} survived, "
        + ("and the log was sent once more" if again else "and nobody sent again"),
        Table("Each view", ("View", "After the failover", "Added by the log", "Counted"), tuple(rows)),
    )


def ledger(events: int, total: int, what: str, table: Table) -> Shown:
    """What happened against what is counted."""
    wrong = total - events
    verdict = "each exactly once" if not wrong else f"{abs(wrong)} too {'many' if wrong > 0 else 'few'}"
    tone: Tone = "bad" if wrong else "good"
    return Shown(
        f"{what}. {events} happened, the counter says {total}: {verdict}.",
        tone,
        (Count("Happened", events, "views"), Count("Counted", total, "views", tone)),
        table,
    )


def _row(number: int, first: str, second: str, counted: int, wanted: int) -> TableRow:
    tone: Tone = "good" if counted == wanted else "bad"
    return TableRow((f"view-{number}", first, second, str(counted)), tone)


def cut(make: Make, command: str, retries: int) -> Callable[..., Shown]:
    def run(workshop: Workshop, /, *, events: int, requests: int, replies: int) -> Shown:
        return lines_cut(workshop, make, command, retries, events=events, requests=requests, replies=replies)

    return run


def dies(make: Make, again: bool, workshop: Workshop, /, *, events: int, unseen: int) -> Shown:
    return failover(workshop, make, again, events=events, unseen=unseen)


FAULTS = (
    Experiment(
        "The connection breaks",
        watch="Watch for what the caller can know. A lost request and a lost reply are the same error.",
        trials=(
            Trial("Naive, and the client repeats", cut(naive, "INCRBY", RETRIES), "bad", (NaiveCounter.add,)),
            Trial("Naive, and nobody repeats", cut(naive, "INCRBY", 0), "bad", (NaiveCounter.add,)),
            Trial(
                "Hardened, and the client repeats", cut(hardened, "EVALSHA", RETRIES), "good", (Counter.add,)
            ),
        ),
        inputs=(EVENTS, REQUESTS, REPLIES),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies",
        watch="Watch for the views that survived: who can tell them from those that did not?",
        trials=(
            Trial("Naive, the log is sent again", partial(dies, naive, True), "bad", (NaiveCounter.add,)),
            Trial("Hardened, nobody sends again", partial(dies, hardened, False), "bad", (Counter.add,)),
            Trial("Hardened, the log is sent again", partial(dies, hardened, True), "good", (Counter.add,)),
        ),
        inputs=(EVENTS, UNSEEN),
        seconds=1.0,
    ),
)

FAULT = Fault("Did it count?", FAULTS)
