"""Faults against the series: replies that are lost, and a primary that dies with the newest samples."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from redis import Redis
from redis.exceptions import ResponseError

from lessons.breaking import RETRIES, Lossy, Pair
from lessons.crew import insist
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Line, Point, Table, TableRow, Tone
from lessons.pictures import Series as Chart
from lessons.staging import plural
from lessons.time_series.live import FIRST
from lessons.time_series.races import TS_ADD, Module
from patterns.time_series import CoreSeries, NaiveSeries, Sample, Series

if TYPE_CHECKING:
    from lab.workshop import Workshop

METRIC, EVERY, BUCKET = "greenhouse", 10_000, 60_000
PLAYED = "TS.ADD is played here by a script that does what it does by default: the server has no such module."

SAMPLES = Integer("samples", "Samples", 6, 1, 30)
LOST = Integer("lost", "Replies lost", 3, 0, 30)
UNSEEN = Integer("unseen", "Samples that the replica never hears of", 6, 0, 24)
MEASURED = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and whether the time series module is on it. Without it the hardened series is core.py."""

    module: bool

    @classmethod
    def of(cls, redis: Redis) -> Place:
        found = cls(bool(redis.execute_command("COMMAND INFO", "TS.ADD")[0]))
        if not found.module:
            redis.script_load(TS_ADD)
        return found

    def naive(self, redis: Redis) -> NaiveSeries:
        return NaiveSeries(redis if self.module else cast(Redis, Module(redis)), METRIC)

    def hardened(self, redis: Redis) -> Series | CoreSeries:
        kind = Series if self.module else CoreSeries
        return kind(redis, METRIC, bucket_ms=BUCKET, keep=3_600, keep_buckets=86_400, now=later)

    def kept(self, redis: Redis) -> list[Sample]:
        """What is in the series, whoever has put it there."""
        reader = NaiveSeries(redis, METRIC) if self.module else self.hardened(redis)
        return reader.samples(0, FIRST + 10**8)


def later() -> float:
    """Every sample of this page was measured before this moment."""
    return FIRST / 1_000 + 10_000


Send = Callable[[Place, Redis, float, int], object]


def refused(place: Place, redis: Redis, value: float, at_ms: int) -> object:
    """The client library sends it again by itself, and hands on what comes back."""
    return place.naive(redis).add(value, at_ms)


def swallowed(place: Place, redis: Redis, value: float, at_ms: int) -> None:
    """The tempting repair: “it complains only because the sample is there”."""
    with contextlib.suppress(ResponseError):
        place.naive(redis).add(value, at_ms)


def anew(place: Place, redis: Redis, value: float, at_ms: int) -> object:
    """Each try asks the clock for the moment, and the clock has gone on."""
    clock = itertools.count(at_ms)
    return insist(lambda: place.hardened(redis).add(value, next(clock)))


def known(place: Place, redis: Redis, value: float, at_ms: int) -> object:
    """The moment is taken once, and both the library and the caller may repeat it."""
    return insist(lambda: place.hardened(redis).add(value, at_ms))


def replies_lost(
    workshop: Workshop, send: Send, naive: bool, retries: int, *, samples: int, lost: int
) -> Shown:
    """The first replies never come; in the end another sensor sends another value for the last moment."""
    workshop.progress(0.1, "A server, and a proxy that loses replies")
    lossy = Lossy(workshop, "time_series")
    place = Place.of(lossy.direct)
    client, rows, errors = lossy.client(retries), [], 0
    moments = [FIRST + EVERY * number for number in range(samples)]
    for number, at_ms in enumerate(moments):
        workshop.progress(0.2 + 0.7 * number / samples, f"Sample {number + 1} of {samples}")
        before = len(place.kept(lossy.direct))
        if number < lost:
            lossy.proxy.drop_reply("TS.ADD" if naive and place.module else "EVALSHA")
        heard = hear(lambda at_ms=at_ms: send(place, client, 20.0, at_ms))  # type: ignore[misc]
        added = len(place.kept(lossy.direct)) - before
        error = heard != "done" and bool(added)
        errors += error
        first = "lost, and sent again" if number < lost else "came"
        tone: Tone = "bad" if error or added != 1 else "good"
        rows.append(TableRow((f"sample {number + 1}", first, heard, plural(added, "time")), tone))
    twice = len(place.kept(lossy.direct)) - samples
    other = hear(lambda: send(place, client, 99.0, moments[-1]))
    stored = sum(one.value == 99.0 for one in place.kept(lossy.direct))
    silent = other == "done" and not stored
    last = ("another value for the last moment", "came", other, plural(stored, "time"))
    rows.append(TableRow(last, "bad" if silent else "good"))
    tone = "bad" if errors or twice or silent else "good"
    return Shown(
        f"{plural(samples, 'sample')} measured, {plural(min(lost, samples), 'reply', 'replies')} lost: "
        f"{plural(errors, 'error')} for samples that are there, {twice} counted twice. "
        f"The other value was {'dropped without a word' if silent else 'refused aloud'}."
        + (f" {PLAYED}" if naive and not place.module else ""),
        tone,
        (
            Count("Errors for samples that are there", errors, "", "bad" if errors else "good"),
            Count("Counted twice", twice, "samples", "bad" if twice else "good"),
            Count("Dropped in silence", int(silent), "", "bad" if silent else "good"),
        ),
        Table("What the sensor heard", ("Sample", "First reply", "Heard", "In the series"), tuple(rows)),
    )


def hear(call: Callable[[], object]) -> str:
    """What the sensor hears in the end."""
    try:
        call()
    except (ResponseError, ValueError) as error:
        return f"error: {str(error).removeprefix('TSDB: ')[:48]}"
    return "done"


def failover(workshop: Workshop, send: Send, again: bool, *, unseen: int) -> Shown:
    """A primary dies with samples that its replica has not heard of."""
    workshop.progress(0.1, "A primary and its replica")
    pair = Pair(workshop, "time_series")
    place = Place.of(pair.primary)
    measured = [Sample(FIRST + EVERY * number, 20 + number * 7 % 11 / 2) for number in range(MEASURED)]
    for one in measured[: MEASURED - unseen]:
        send(place, pair.primary, one.value, one.at_ms)
    pair.caught_up()
    workshop.progress(0.5, "The replica hears no more, the sensor goes on")
    pair.stall()
    for one in measured[MEASURED - unseen :]:
        send(place, pair.primary, one.value, one.at_ms)
    workshop.progress(0.7, "The primary dies, the replica takes over")
    promoted = pair.fail_over()
    place = Place.of(promoted)
    errors = 0
    for one in measured if again else ():
        errors += hear(lambda one=one: send(place, promoted, one.value, one.at_ms)) != "done"  # type: ignore[misc]
    kept = place.kept(promoted)
    hole = MEASURED - len(kept)
    tone: Tone = "bad" if hole or errors else "good"
    told = f" The sensor sent all {MEASURED} again and heard {plural(errors, 'error')}." if again else ""
    return Shown(
        f"{plural(unseen, 'sample was', 'samples were')} acknowledged and never reached the replica.{told} "
        f"{hole} of {MEASURED} samples are missing from the graph."
        + (f" {PLAYED}" if send is refused and not place.module else ""),
        tone,
        (
            Count("Missing", hole, "samples", "bad" if hole else "good"),
            Count("Errors for samples that are there", errors, "", "bad" if errors else "good"),
        ),
        after_the_failover(measured, kept),
    )


def after_the_failover(measured: list[Sample], kept: list[Sample]) -> Chart:
    """What the series has, in one line, which ends at the hole; and each sample that is missing."""
    there = {one.at_ms for one in kept}
    missing = [one for one in measured if one.at_ms not in there]
    told = f"{plural(len(missing), 'sample')}, measured and acknowledged"
    lines = (Line("in the series", _points(kept), note=plural(len(kept), "sample")),) if kept else ()
    gone = (Line("missing", _points(missing), "dots", "bad", told),) if missing else ()
    return Chart("The graph after the failover", (*lines, *gone), "degrees", x="time since the sensor began")


def _points(samples: Iterable[Sample]) -> tuple[Point, ...]:
    return tuple(Point((one.at_ms - FIRST) / 1_000, one.value) for one in samples)


def refused_lost(workshop: Workshop, /, *, samples: int, lost: int) -> Shown:
    return replies_lost(workshop, refused, True, RETRIES, samples=samples, lost=lost)


def swallowed_lost(workshop: Workshop, /, *, samples: int, lost: int) -> Shown:
    return replies_lost(workshop, swallowed, True, RETRIES, samples=samples, lost=lost)


def anew_lost(workshop: Workshop, /, *, samples: int, lost: int) -> Shown:
    return replies_lost(workshop, anew, False, 0, samples=samples, lost=lost)


def hardened_lost(workshop: Workshop, /, *, samples: int, lost: int) -> Shown:
    return replies_lost(workshop, known, False, RETRIES, samples=samples, lost=lost)


def failover_alone(workshop: Workshop, /, *, unseen: int) -> Shown:
    return failover(workshop, known, False, unseen=unseen)


def naive_again(workshop: Workshop, /, *, unseen: int) -> Shown:
    return failover(workshop, refused, True, unseen=unseen)


def hardened_again(workshop: Workshop, /, *, unseen: int) -> Shown:
    return failover(workshop, known, True, unseen=unseen)


ADDS = (Series.add, CoreSeries.add)

FAULTS = (
    Experiment(
        "A reply is lost, and the sample is sent again",
        watch="Watch for what the sensor hears, how often a sample counts, and for the last line.",
        trials=(
            Trial("Naive: the retry is an error", refused_lost, "bad", (NaiveSeries.add, refused)),
            Trial("Naive, and the error is swallowed", swallowed_lost, "bad", (NaiveSeries.add, swallowed)),
            Trial("Hardened, but each try takes the time anew", anew_lost, "bad", (anew, *ADDS)),
            Trial("Hardened, and the moment is taken once", hardened_lost, "good", (known, *ADDS)),
        ),
        inputs=(SAMPLES, LOST),
        seconds=1.0,
    ),
    Experiment(
        "The primary dies with the newest samples",
        watch="Watch for the hole, and for who can close it: only the sensor still has the samples.",
        trials=(
            Trial("Hardened, and nothing is sent again", failover_alone, "bad", ADDS),
            Trial("Naive, and everything is sent again", naive_again, "bad", (NaiveSeries.add,)),
            Trial("Hardened, and everything is sent again", hardened_again, "good", ADDS),
        ),
        inputs=(UNSEEN,),
        seconds=1.0,
    ),
)

FAULT = Fault("The refused retry", FAULTS)
