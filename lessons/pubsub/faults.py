"""Faults against the channel: a line that breaks while cards move, and a subscriber that reads too slowly."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from lessons.breaking import RETRIES, Lossy
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Cell, Matrix, MatrixRow, Table, TableRow, Tone
from lessons.staging import plural
from patterns.pubsub import START, Channel, Event, Missed, NaiveChannel, NaiveReader, Reader

if TYPE_CHECKING:
    from lab.workshop import Workshop

Version = type[NaiveChannel] | type[Channel]
AnyReader = NaiveReader | Reader

NAME = "board"
PATIENCE = 5.0  # seconds for something that happens in milliseconds
MOMENT = 0.02
COLUMNS = 12
LOWERED = 1 << 20
"""Bytes of unread output at which the experiment's server cuts a subscriber; by default it is 32 MB."""
BODY = 32_000

GAP = Integer("gap", "Line is down", 4, 1, 50, "events")
LATER = Integer("later", "Line is back", 2, 1, 50, "events")
EVENTS = Integer("events", "Published", 100, 80, 200, "events", "Of 32 kB each, while it does not read.")


def listening(redis: Redis, key: str) -> int:
    """How many connections the server would tell, on the plain and on the sharded channel."""
    plain: Any = redis.pubsub_numsub(key)
    sharded: Any = redis.pubsub_shardnumsub(key)
    return int(plain[0][1]) + int(sharded[0][1])


def until_listening(workshop: Workshop, redis: Redis, key: str, reader: AnyReader | None) -> list[Event]:
    """Wait until the server would tell the reader, or nobody where it is None. What it got meanwhile."""
    found: list[Event] = []
    deadline = time.monotonic() + PATIENCE
    while listening(redis, key) != (0 if reader is None else 1) and time.monotonic() < deadline:
        if reader is None:
            workshop.wait(MOMENT / 4)
            continue
        found += polled(reader)
        workshop.check()
    return found


def polled(reader: AnyReader) -> list[Event]:
    """What a poll gets; nothing where its connection is found broken just now."""
    with contextlib.suppress(RedisError):
        return reader.poll(MOMENT, 1_000)
    return []


def until_heard(workshop: Workshop, reader: AnyReader, last: str) -> list[Event]:
    """Poll until that event has come."""
    found: list[Event] = []
    deadline = time.monotonic() + PATIENCE
    while all(event.id != last for event in found) and time.monotonic() < deadline:
        found += polled(reader)
        workshop.check()
    return found


def line_breaks(workshop: Workshop, version: Version, *, gap: int, later: int, kept: int = 10_000) -> Shown:
    """The reader's line is cut, cards move, the line is back, cards move again."""
    workshop.progress(0.1, "A server, and a reader whose line can be cut")
    lossy = Lossy(workshop, "pubsub")
    lossy.direct.config_set("stream-node-max-entries", 1)  # MAXLEN ~ drops whole blocks; let each hold one
    publisher = version(lossy.direct, NAME, limit=kept)
    started = publisher.publish("card 1 moved")
    reader = workshop.closing(version(lossy.client(), NAME, limit=kept).reader(started))
    until_listening(workshop, lossy.direct, publisher.key, reader)
    workshop.progress(0.4, "The line is cut, and cards move")
    lossy.proxy.refuse()
    until_listening(workshop, lossy.direct, publisher.key, None)
    ids = [publisher.publish(f"card {number} moved") for number in range(2, 2 + gap)]
    workshop.progress(0.7, "The line is back; the client library connects again by itself")
    lossy.proxy.heal()
    told = False
    try:
        found = until_listening(workshop, lossy.direct, publisher.key, reader)
        ids += [publisher.publish(f"card {number} moved") for number in range(2 + gap, 2 + gap + later)]
        found += until_heard(workshop, reader, ids[-1])
    except Missed:
        told, found = True, []
    return _told(ids, found, gap, told)


def _told(ids: list[str], found: list[Event], gap: int, told: bool) -> Shown:
    got = {event.id for event in found}
    missed = sum(one not in got for one in ids)
    shown = ids[:COLUMNS]
    cells = tuple(_cell(one in got, told) for one in shown)
    tone: Tone = "warn" if told else "bad" if missed else "good"
    if told:
        says = "The reader was told that events are gone. It loads the board anew and goes on from there."
    elif missed:
        says = f"The reader listens again and heard the rest. It missed {plural(missed, 'event')} in silence."
    else:
        every = "both" if len(ids) == 2 else f"all {len(ids)}"
        says = f"The reader got {every} events, those of the gap too."
    return Shown(
        f"{plural(gap, 'card')} moved while the line was down. {says}",
        tone,
        (
            Count("Missed in silence", 0 if told else missed, "events", "bad" if tone == "bad" else "good"),
            Count("Told of a gap", "yes" if told else "no", "", "warn" if told else "plain"),
        ),
        Matrix(
            "What reached the reader",
            tuple(
                f"{'down' if place < gap else 'back'} {place + 1 if place < gap else place - gap + 1}"
                for place in range(len(shown))
            ),
            (MatrixRow("reader", cells),),
            "reader / published while the line was",
            f"The first {COLUMNS} of {len(ids)}." if len(ids) > COLUMNS else "",
        ),
    )


def _cell(got: bool, told: bool) -> Cell:
    if got:
        return Cell("got", "good")
    return Cell("told", "warn", "the reader loads anew") if told else Cell("missed", "bad")


def reads_slowly(workshop: Workshop, version: Version, *, events: int) -> Shown:
    """A subscriber is connected and does not read, while big events are published; then it reads again."""
    workshop.progress(0.1, "A server that cuts slow subscribers early")
    lossy = Lossy(workshop, "pubsub")
    redis = lossy.direct
    redis.config_set("client-output-buffer-limit", f"pubsub {LOWERED} 0 0")
    publisher = version(redis, NAME)
    own = workshop.closing(
        lossy.server.spec().client(decode_responses=True, retry=Retry(NoBackoff(), RETRIES))
    )
    reader = workshop.closing(version(own, NAME).reader(START))
    until_listening(workshop, redis, publisher.key, reader)
    ids, told = [], 0
    for number in range(events):
        workshop.progress(0.2 + 0.5 * number / events, f"Event {number + 1} of {events}; nobody reads")
        told += listening(redis, publisher.key)
        ids.append(publisher.publish(f"{number:<{BODY}}"))
    cut = not listening(redis, publisher.key)
    workshop.progress(0.8, "It reads again")
    found = until_listening(workshop, redis, publisher.key, reader)
    ids.append(publisher.publish("the last one"))
    found += until_heard(workshop, reader, ids[-1])
    got = _distinct(found)
    missed = sum(one not in got for one in ids)
    tone: Tone = "bad" if missed else "good"
    return Shown(
        f"{plural(events, 'event')} while the subscriber did not read: "
        + ("the server cut it off. " if cut else "it stayed connected. ")
        + (
            f"{plural(missed, 'event')} never arrived. For {told} of {events} PUBLISH had counted a receiver."
            if missed
            else "Afterwards it got every event, at its own pace."
        ),
        tone,
        (
            Count("Cut off", "yes" if cut else "no", "", "bad" if cut else "good"),
            Count("Missed", missed, "events", tone),
        ),
        Table(
            "Told, and received",
            ("", "Events"),
            (
                TableRow(("published", str(len(ids)))),
                TableRow(("published while it was connected", str(told + 1))),
                TableRow(("received", str(len(got))), tone),
            ),
            "The server’s limit was lowered to 1 MB, so that this takes a moment. What the operating "
            "system holds between the two comes on top.",
        ),
    )


def _distinct(found: Iterable[Event]) -> set[str]:
    return {event.id for event in found}


def naive_line(workshop: Workshop, /, *, gap: int, later: int) -> Shown:
    return line_breaks(workshop, NaiveChannel, gap=gap, later=later)


def hardened_line(workshop: Workshop, /, *, gap: int, later: int) -> Shown:
    return line_breaks(workshop, Channel, gap=gap, later=later)


def hardened_away(workshop: Workshop, /, *, gap: int, later: int) -> Shown:
    """The channel keeps one event, and the reader's own is not that one any more when it comes back."""
    return line_breaks(workshop, Channel, gap=gap, later=later, kept=1)


def naive_slow(workshop: Workshop, /, *, events: int) -> Shown:
    return reads_slowly(workshop, NaiveChannel, events=events)


def hardened_slow(workshop: Workshop, /, *, events: int) -> Shown:
    return reads_slowly(workshop, Channel, events=events)


FAULTS = (
    Experiment(
        "The line breaks while cards move",
        watch="Watch for the cards that moved while the line was down, and for whether anything says so.",
        trials=(
            Trial("Naive: the library subscribes again", naive_line, "bad", (NaiveReader.poll,)),
            Trial("Hardened: a position, and a bell", hardened_line, "good", (Reader.poll, Reader._read)),
            Trial("Hardened, away for too long", hardened_away, "warn", (Reader._read,)),
        ),
        inputs=(GAP, LATER),
        seconds=1.0,
    ),
    Experiment(
        "A subscriber reads too slowly",
        watch="Watch for the moment from which nobody listens, and for what the publisher hears of it.",
        trials=(
            Trial("Naive: the news travels by PUBLISH", naive_slow, "bad", (NaiveChannel.publish,)),
            Trial("Hardened: only the bell does", hardened_slow, "good", (Channel.publish, Reader._read)),
        ),
        inputs=(EVENTS,),
        seconds=1.5,
    ),
)

FAULT = Fault("The line breaks, the reader is slow", FAULTS)
