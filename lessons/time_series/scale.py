"""What series cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from lessons.time_series.live import FIRST
from lessons.time_series.place import AnySeries, series_of
from patterns.time_series import CoreSeries, Series

if TYPE_CHECKING:
    from lab.bench import Bench

SAMPLES, SENSORS, BUCKETS = 5_000, 200, 60
BUCKET_MS, HOUR = 60_000, 3_600_000
OURS = "series:{measured*"


def on(bench: Bench, actor: str, metric: str) -> AnySeries:
    """The hardened series: on the module where the server has it, else on core types."""
    limits = {"bucket_ms": BUCKET_MS, "keep": 86_400, "keep_buckets": 30 * 86_400}
    return series_of(bench, False, actor, metric, now=lambda: 2 * FIRST / 1_000, **limits)


def fresh(bench: Bench) -> None:
    clear(bench, OURS)
    load_scripts(bench, "time_series")


def keys_of(bench: Bench, metric: str) -> list[str]:
    return list(bench.quiet().scan_iter(match=f"{bench.namespace}series:{{{metric}}}*", count=1_000))


def samples(bench: Bench, /) -> Sample:
    """Five thousand samples of one sensor, one a second, and their minutes; an operation is a sample more."""
    fresh(bench)
    unseen, sensor = on(bench, "", "measured"), on(bench, "sensor", "measured")

    def fill() -> list[str]:
        for second in range(SAMPLES):
            unseen.add(20 + second % 37 / 4, FIRST + 1_000 * second)
        return keys_of(bench, "measured")

    return sample_of(bench, fill, SAMPLES, lambda: sensor.add(21.5, FIRST + 1_000 * SAMPLES), OURS)


def series(bench: Bench, /) -> Sample:
    """Two hundred sensors with an hour of minutes each, a sample a minute; an operation reads that hour."""
    fresh(bench)
    names = [f"measured-{number:04}" for number in range(SENSORS)]
    page = on(bench, "dashboard", names[0])

    def fill() -> list[str]:
        for name in names:
            one = on(bench, "", name)
            for minute in range(BUCKETS):
                one.add(20 + minute % 37 / 4, FIRST + BUCKET_MS * minute)
        return [key for name in names for key in keys_of(bench, name)]

    return sample_of(bench, fill, SENSORS, lambda: page.buckets(FIRST, FIRST + HOUR), OURS)


def of_one_series(redis: Redis) -> Sequence[str]:
    one = Series(redis, "greenhouse")
    return [one.key, *one.compacted]


def of_one_on_core(redis: Redis) -> Sequence[str]:
    one = CoreSeries(redis, "greenhouse")
    return [one.key, one._buckets(FIRST), one._buckets(FIRST + HOUR)]


def of_sensors(redis: Redis) -> Sequence[str]:
    return [Series(redis, f"greenhouse-{number}").key for number in range(1, 9)]


COST = Cost(
    "The sum for ten thousand sensors",
    (
        Estimate(
            "sample that is kept", "samples", samples, 864_000_000, "many slots", "sample", 10_000,
            why="10,000 sensors, a sample a second, kept for a day: 864 million. In the sum are "
            "the minutes of that day; thirty days of them are 432 million.",
        ),
        Estimate(
            "series with an hour of minutes", "series", series, 10_000, "many slots", "look", 200,
            why="What a label too many costs: it makes series, and each begins with this.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "Series on a cluster",
    (
        Keys(
            "A series and its four compacted ones", "meet", of_one_series,
            "A compaction rule needs its source and its destination in one slot.",
        ),
        Keys(
            "The same on core types", "meet", of_one_on_core,
            "One script writes the sample and its minute, another reads several hours.",
        ),
        Keys("The series of eight sensors", "spread", of_sensors, "Series know nothing of each other."),
    ),
)  # fmt: skip


def on_core_types(bench: Bench, /) -> str:
    """The pattern's own series without the module: the second sending is recognised."""
    clear(bench, OURS)
    redis = bench.client("dial")
    one = CoreSeries(redis, "measured-dial", namespace=bench.namespace, now=lambda: 2 * FIRST / 1_000)
    first, second = one.add(21.5, FIRST), one.add(21.5, FIRST)
    clear(bench, OURS)
    return f"added at first: {first}, and when it was sent again: {second}."


PRODUCTION = Production(
    "In production",
    Dial(
        "Add a sample so that a retry is no error and counts once",
        (
            Way(
                "6.2", "A sorted set and a script",
                "Every Redis can do this, at many times the memory for a sample. The script looks whether "
                "the moment is there, and compares the values.",
                "scripting, cmd:zadd",
                trial=on_core_types,
            ),
            Way(
                "8.0", "TS.ADD with ON_DUPLICATE FIRST",
                "From 8.0 on the type comes with Redis, where its build has it; before, with Redis Stack. "
                "FIRST keeps what was there and says nothing, so the pattern's script compares as well.",
                "cmd:ts.add, timeseries",
                call=("TS.ADD", "{key}", "1800000000000", "21.5", "ON_DUPLICATE", "FIRST"),
                seed=(("TS.ADD", "{key}", "1800000000000", "21.5"),),
                valkey=False,
                needs="timeseries",
            ),
        ),
    ),
)  # fmt: skip
