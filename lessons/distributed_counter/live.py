"""The live counter: count events, send some of them again, see where the parts are."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.pictures import Picture, Ranking, RankRow, SlotKey, Slots, Tone
from lessons.staging import load_scripts, plural, times
from patterns.distributed_counter import Counter

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "page-views"
PARTS = 8


def counter(bench: Bench, *, seen: bool = True) -> Counter:
    load_scripts(bench, "distributed_counter")
    redis = bench.client("web server") if seen else bench.quiet()
    return Counter(redis, NAME, parts=PARTS, namespace=bench.namespace)


def rows(bench: Bench, one: Counter) -> tuple[RankRow, ...]:
    """The parts as they are in the keyspace, the fullest first."""
    held = [
        (int(bench.quiet().get(place.key) or 0), number, place.slot)
        for number, place in enumerate(one.places(), 1)
    ]
    held.sort(key=lambda part: (-part[0], part[1]))
    return tuple(
        RankRow(f"part {number}", events, rank, f"slot {slot:,}")
        for rank, (events, number, slot) in enumerate(held)
    )


def picture(bench: Bench) -> Picture:
    """Where the parts lie among the slots of a cluster. Here they are all on one server."""
    keys = tuple(
        SlotKey(f"part {number}", place.slot, int(bench.quiet().get(place.key) or 0))
        for number, place in enumerate(counter(bench, seen=False).places(), 1)
    )
    return Slots(
        "The slots of the parts",
        keys=keys,
        unit="events",
        note="In a cluster each part may be on a server of its own; this one is a single server.",
    )


def parts(bench: Bench) -> Picture:
    return Ranking("The parts of the counter", rows(bench, counter(bench, seen=False)), "events")


def shown(bench: Bench, says: str, *counts: Count, good: bool = True) -> Shown:
    total = counter(bench, seen=False).total()
    tone: Tone = "good" if good else "warn"
    return Shown(says, tone, (Count("Total", total), *counts), picture(bench), (parts(bench),))


def count(bench: Bench, /, *, number: int) -> Shown:
    """Events that happen once, each under an id that the counter makes itself."""
    one = counter(bench)
    for _ in range(number):
        one.add()
    each = "each " if number > 1 else ""
    return shown(bench, f"{plural(number, 'event')} counted, {each}in the part that its id fell on.")


def send(bench: Bench, /, *, event: str, amount: int) -> Shown:
    """One event by its id. Press twice: the second time it has been counted."""
    if counter(bench).add(amount, event):
        return shown(bench, f"{event} is counted. Send it again.")
    return shown(bench, f"{event} had been counted: nothing changed.", good=False)


def storm(bench: Bench, /, *, number: int, copies: int) -> Shown:
    """A queue that delivers at least once: every event comes several times, from whoever retries."""
    one, batch = counter(bench), secrets.token_hex(3)
    before = counter(bench, seen=False).total()
    for _ in range(copies):
        for event in range(number):
            one.add(1, f"{batch}-{event}")
    grown = counter(bench, seen=False).total() - before
    sent = f"{plural(number, 'event')} sent {times(copies)}{' each' if number > 1 else ''}"
    return shown(
        bench,
        f"{sent}: the total grew by {grown:,}.",
        Count("Sent", number * copies, "times"),
        Count("Counted", grown, "events", "good" if grown == number else "bad"),
        good=grown == number,
    )


def read(bench: Bench, /) -> Shown:
    """The sum of the parts, read in one write."""
    total = counter(bench).total()
    return shown(bench, f"The total is {total:,}: the sum of {PARTS} parts, read one after the other.")


LIVE = Run(
    "Count, and send some of it again",
    (
        Action("Count events", count, (Integer("number", "Events", 40, 1, 1_000),), (Counter.add,)),
        Action(
            "Send an event by its id",
            send,
            (
                Text("event", "Event id", "view-77", "Press twice. The id decides, not the press."),
                Integer("amount", "Amount", 1, -1_000, 1_000),
            ),
            (Counter.add,),
        ),
        Action(
            "Deliver everything several times",
            storm,
            (Integer("number", "Events", 20, 1, 200), Integer("copies", "Each sent", 3, 1, 5, "times")),
            (Counter.add,),
        ),
        Action("Read the total", read, (), (Counter.total, Counter.places)),
    ),
    picture,
    fast_forward=(60, 660),
)
