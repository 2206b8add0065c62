"""A time series: a sample added, and an hour read by its minutes. With the server's module and without it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

MINUTE, HOUR = 60_000, 3_600_000
EVERY = 6_000  # milliseconds between the samples of the hour that is read
SAMPLES = HOUR // EVERY
FULL = range(58, 62)  # minutes in an hour that may begin within one


def moments() -> Iterator[int]:
    """Ten samples a second from two hours ago on: more than a contest adds, and none in the future."""
    return itertools.count(int(time.time() * 1_000) - 2 * HOUR, 100)


def hour() -> tuple[int, list[int]]:
    """Its first moment, and those of its samples."""
    first = (int(time.time() * 1_000) - 2 * HOUR) // HOUR * HOUR
    return first, list(range(first, first + HOUR, EVERY))


def add(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns import time_series

        series, moment = getattr(time_series, kind)(place.client(), "ours"), moments()
        return repeat(lambda: series.add(20.5, next(moment)))

    return start


def look(kind: str) -> Callable[[Place], Batch]:
    def start(place: Place) -> Batch:
        from patterns import time_series

        series, (first, at) = getattr(time_series, kind)(place.client(), "ours"), hour()
        for moment in at:
            series.add(20.5, moment)
        return repeat(lambda: len(series.buckets(first, first + HOUR - 1)) in FULL)

    return start


def ts_add(place: Place) -> Batch:
    redis, moment = place.client(), moments()
    redis.execute_command("TS.CREATE", "floor", "RETENTION", 24 * HOUR)
    return repeat(lambda: redis.execute_command("TS.ADD", "floor", next(moment), 20.5))


def ts_range(place: Place) -> Batch:
    redis, (first, at) = place.client(), hour()
    for moment in at:
        redis.execute_command("TS.ADD", "floor", moment, 20.5)
    command = ["TS.RANGE", "floor", first, first + HOUR - 1, "AGGREGATION", "avg", MINUTE]
    return repeat(lambda: len(redis.execute_command(*command)) in FULL)


def zadd(place: Place) -> Batch:
    redis, moment = place.client(), moments()

    def once() -> object:
        at = next(moment)
        return redis.zadd("floor", {f"{at} 20.5": at})

    return repeat(once)


def zrange(place: Place) -> Batch:
    redis, (first, at) = place.client(), hour()
    redis.zadd("floor", {f"{moment} 20.5": moment for moment in at})

    def once() -> object:
        found = redis.zrange("floor", first, first + HOUR - 1, byscore=True)
        samples = (member.split() for member in found)
        return len(by_minute((int(at), float(value)) for at, value in samples)) in FULL

    return repeat(once)


def by_minute(samples: Iterator[tuple[int, float]]) -> dict[int, list[float]]:
    minutes: dict[int, list[float]] = {}
    for at, value in samples:
        minutes.setdefault(at // MINUTE, []).append(value)
    return minutes


def walrus(place: Place) -> Any:
    from walrus import Database

    series = place.client(Database, decode_responses=False).time_series("workers", ["walrus"])
    series.create()
    return series.walrus


def walrus_add(place: Place) -> Batch:
    stream, start = walrus(place), datetime.now() - timedelta(hours=2)
    number = itertools.count()
    return repeat(lambda: stream.add({"value": 20.5}, id=start + timedelta(seconds=next(number) / 10)))


def walrus_range(place: Place) -> Batch:
    stream, (first, at) = walrus(place), hour()
    start = datetime.fromtimestamp(first / 1_000)
    for moment in at:
        stream.add({"value": 20.5}, id=datetime.fromtimestamp(moment / 1_000))

    def once() -> object:
        found = stream.range(start, start + timedelta(hours=1))
        samples = ((int(one.timestamp.timestamp() * 1_000), float(one.data["value"])) for one in found)
        return len(by_minute(samples)) in FULL

    return repeat(once)


ADD = "A retry counts once; a late sample is in its bucket at once, or refused aloud; the old ones go."
LOOK = "Compacted as samples came: count, total, low and high, also of what is no longer kept."
GROWS = "A retry is one sample. Never drops any; no buckets."
RAW = "Made from the raw samples each time."
STREAM = "A late sample and a retry are errors. Never drops any; no buckets."

CONTESTS = (
    Contest(
        "time_series",
        "add a sample",
        Contestant(
            "TS.ADD", "A retry is an error; a clock that is ahead drops all others. No buckets.", ts_add
        ),
        Contestant("Series", ADD, add("Series")),
        needs="timeseries",
    ),
    Contest(
        "time_series",
        "an hour by its minutes",
        Contestant("TS.RANGE AGGREGATION avg", RAW, ts_range),
        Contestant("Series", LOOK, look("Series")),
        needs="timeseries",
    ),
    Contest(
        "time_series",
        "add a sample, without the module",
        Contestant("ZADD", GROWS, zadd),
        Contestant("CoreSeries", ADD, add("CoreSeries")),
        (
            Peer(
                "walrus TimeSeries",
                STREAM,
                walrus_add,
                "walrus",
                "weaker",
                "It is one XADD; ours looks for the sample, adds it to its bucket, and drops the old ones.",
            ),
        ),
    ),
    Contest(
        "time_series",
        "an hour by its minutes, without the module",
        Contestant("ZRANGE BYSCORE", RAW, zrange),
        Contestant("CoreSeries", LOOK, look("CoreSeries")),
        (Peer("walrus TimeSeries", RAW, walrus_range, "walrus", "weaker"),),
    ),
)
