"""The live channel: publish, read, wait at the bell, fall too far behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Cell, Matrix, MatrixRow, Picture, Tone
from lessons.staging import load_scripts, plural, values
from patterns.pubsub import START, Channel, Event, Missed, Reader

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

NAME, PUBLISHER = "board", "publisher"
LIMIT = 100
MOST = 1_000
COLUMNS = 8
PATIENCE, MOMENT = 2.0, 0.002
"""How long the publisher waits for a reader to wait, and between two looks; seconds."""

READER = Text("reader", "Reader", "ann", "Every reader has a position of its own.", 30)


def channel(bench: Bench, actor: str = "") -> Channel:
    """The learner's channel, as an actor sees it; unseen where nobody in particular looks."""
    load_scripts(bench, "pubsub")
    redis = bench.client(actor) if actor else bench.quiet()
    return Channel(redis, NAME, namespace=bench.namespace, limit=LIMIT)


def positions(bench: Bench) -> dict[str, str]:
    """Where each reader is: what a browser would keep in its tab."""
    return note(bench, "positions", dict)


def behind(bench: Bench, position: str) -> int:
    """How many events a reader would get now."""
    try:
        return len(channel(bench).reader(position).poll(count=MOST))
    except Missed:
        return -1


def received(bench: Bench) -> dict[str, set[str]]:
    """The ids of the events that each reader got."""
    return note(bench, "received", dict)


def got(bench: Bench, reader: str, events: list[Event]) -> None:
    received(bench).setdefault(reader, set()).update(event.id for event in events)


def picture(bench: Bench) -> Picture:
    """Who received what, of the last events that are kept."""
    events = channel(bench).reader().poll(count=MOST)
    kept, rows = events[-COLUMNS:], []
    for name, at in sorted(positions(bench).items()):
        unread = behind(bench, at)
        note_ = "has missed some" if unread < 0 else f"{unread} behind" if unread else "up to date"
        cells = tuple(_cell(event, at, received(bench).get(name, set()), unread < 0) for event in kept)
        rows.append(MatrixRow(name, cells, note_))
    below = f"The last {COLUMNS} of the events that are kept." if len(events) > COLUMNS else ""
    if events and not rows:
        below = "Nobody has read anything yet."
    return Matrix(
        "Who received what",
        tuple(event.body for event in kept),
        tuple(rows),
        "reader / event",
        below,
    )


def _cell(event: Event, position: str, mine: set[str], gap: bool) -> Cell:
    if event.id in mine:
        return Cell("got", "good")
    if _place(event.id) > _place(position):
        return Cell("waits", "warn" if gap else "plain")
    return Cell("before", note="loaded with the board")


def _place(event_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in event_id.split("-"))


def shown(bench: Bench, says: str, tone: Tone = "good") -> Shown:
    kept = channel(bench).reader().poll(count=MOST)
    return Shown(says, tone, (Count("Kept", len(kept), "events"),), picture(bench))


def publish(bench: Bench, /, *, number: int) -> Shown:
    """Cards move on the board."""
    numbers, one = note(bench, "cards", lambda: [0]), channel(bench, PUBLISHER)
    for _ in range(number):
        numbers[0] += 1
        one.publish(f"card {numbers[0]} moved")
    return shown(bench, f"{plural(number, 'event')} published. Nobody had to be there.")


def read(bench: Bench, /, *, reader: str) -> Shown:
    """A reader looks: everything since its position, once and in order."""
    one = channel(bench, reader).reader(positions(bench).get(reader, START))
    try:
        found = one.poll(count=MOST)
    except Missed:
        positions(bench)[reader] = channel(bench, reader).position()
        return shown(
            bench,
            f"{reader} was told that events are gone. It takes the channel’s position, loads the board anew "
            "and reads on from there.",
            "warn",
        )
    positions(bench)[reader] = one.position
    got(bench, reader, found)
    if not found:
        return shown(bench, f"Nothing is new: {reader} is up to date.")
    return shown(bench, f"{reader} got {plural(len(found), 'event')}{between(found)}.")


def between(found: list[Event]) -> str:
    if len(found) == 1:
        return f": “{found[0].body}”"
    return f", from “{found[0].body}” to “{found[-1].body}”"


def wait(bench: Bench, /, *, reader: str) -> Shown:
    """A reader who has read everything waits, and a card moves while it does."""
    if reader == PUBLISHER:
        return shown(bench, f"The {PUBLISHER} cannot wait for itself: name another reader.", "warn")
    first = f"{reader} opened the board"
    if reader not in positions(bench):
        positions(bench)[reader] = channel(bench, reader).position()
    elif unread := behind(bench, positions(bench)[reader]):
        told = read(bench, reader=reader)
        if unread < 0:
            return told
        first = f"{reader} read {plural(unread, 'new event')}"
    else:
        first = f"{reader} was up to date"
    begin = bench.log.mark()

    def sent(*names: str) -> int:
        """How many of these the reader has sent or heard since."""
        commands = bench.log.since(begin).commands
        return sum(command.actor == reader and command.name in names for command in commands)

    def listen(redis: Redis) -> list[Event]:
        with Reader(redis, channel(bench).key, positions(bench)[reader]) as one:
            found = until(one, 1)
            positions(bench)[reader] = one.position
        got(bench, reader, found)
        return found

    def move(redis: Redis) -> list[Event]:
        # The second look is the one after the bell was connected: now the reader waits.
        patience, pause = PATIENCE, threading.Event()
        while sent("XRANGE") < 2 and patience > 0:
            pause.wait(MOMENT)
            patience -= MOMENT
        number = note(bench, "cards", lambda: [0])
        number[0] += 1
        channel(bench, PUBLISHER).publish(f"card {number[0]} moved")
        return []

    if not values(bench.together({reader: listen, PUBLISHER: move}))[reader]:
        return shown(bench, f"{first} and waited at the bell. It did not ring in time: wait again.", "warn")
    woken = "was woken" if sent("SMESSAGE") else "looked again"
    return shown(bench, f"{first} and waited at the bell. A card moved; {reader} {woken} and got the event.")


def until(reader: Reader, number: int) -> list[Event]:
    """Polls until so many events are there, for two seconds at most without one."""
    found: list[Event] = []
    while len(found) < number and (more := reader.poll(2, MOST)):
        found += more
    return found


def again(bench: Bench, /, *, event: str) -> Shown:
    """The publisher hears nothing and sends its event again, under the same event id."""
    one = channel(bench, PUBLISHER)
    known = note(bench, "sent twice", dict[str, str])
    ids = [one.publish(event, event_id=f"sent twice: {event}") for _ in range(2)]
    same = "one event" if len(set(ids)) == 1 else "two events"
    says = f"Sent twice under one event id, it is {same}: {ids[0]}."
    if known.get(event) == ids[-1]:
        says = f"Sent twice more under the same event id, it is still {same}: {ids[0]}."
    known[event] = ids[-1]
    return shown(bench, says)


def flood(bench: Bench, /, *, number: int) -> Shown:
    """Far more events than are kept."""
    publish(bench, number=number)
    kept = len(channel(bench).reader().poll(count=MOST))
    return shown(
        bench,
        f"{plural(number, 'event')} published, and {kept} are kept: about {LIMIT} is the bound, as only "
        "whole blocks are dropped. Who is further behind will be told.",
        "warn",
    )


LIVE = Run(
    "Publish, read, wait, fall behind",
    (
        Action("Publish", publish, (Integer("number", "Events", 3, 1, 50),), (Channel.publish,)),
        Action("Read what is new", read, (READER,), (Reader.poll, Reader._read)),
        Action("Wait for the bell", wait, (READER,), (Reader.poll, Reader._rings)),
        Action(
            "Send one twice", again, (Text("event", "Event", "card 7 closed", "", 60),), (Channel.publish,)
        ),
        Action(
            "Publish more than is kept",
            flood,
            (Integer("number", "Events", 300, 250, 800),),
            (Channel.publish,),
        ),
    ),
    picture,
)
