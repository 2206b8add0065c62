"""The numbers of a series, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from lessons.time_series.live import FIRST
from lessons.time_series.place import compacts
from patterns.time_series import CoreSeries, NaiveSeries, Series

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"series:{{{NAME}}}*"
SAMPLES = 2_000


def core(bench: Bench, actor: str = "") -> CoreSeries:
    clear(bench, OURS)
    load_scripts(bench, "time_series")
    redis = bench.client(actor) if actor else bench.quiet()
    return CoreSeries(redis, NAME, namespace=bench.namespace, now=lambda: FIRST / 500)


def size(bench: Bench, /) -> str:
    """Two thousand samples, one a second."""
    one = core(bench)
    for second in range(SAMPLES):
        one.add(20 + second % 37 / 4, FIRST + 1_000 * second)
    found = bytes_of(bench, one.key)
    if isinstance(found, NotHere):
        clear(bench, OURS)
        return found
    told = f"In a sorted set, {found / SAMPLES:.0f} bytes each."
    if compacts(bench):
        clear(bench, OURS)
        module = Series(bench.quiet(), NAME, namespace=bench.namespace, now=lambda: FIRST / 500)
        for second in range(SAMPLES):
            module.add(20 + second % 37 / 4, FIRST + 1_000 * second)
        told += f" In the module, {int(bytes_of(bench, module.key)) / SAMPLES:.1f} bytes each."
    clear(bench, OURS)
    return f"{SAMPLES:,} samples. {told}"


def round_trips(bench: Bench, /) -> str:
    """What adding and reading cost on the wire."""
    one = core(bench, "sensor")
    one.add(20, FIRST)
    added = round_trips_of(bench, partial(one.add, 20, FIRST + 1))
    read = round_trips_of(bench, partial(one.buckets, FIRST, FIRST + 36_000_000))
    clear(bench, OURS)
    return f"{added} to add, {read} for ten hours of minutes."


def eaten(bench: Bench, /) -> str:
    """A bare compaction rule, a late sample, and a bucket that retention has half eaten."""
    if not compacts(bench):
        return NotHere(
            "there is no time series module in database 0. Where there is (module 1.12.2 on Redis 8.2), "
            "a closed bucket went from 5 samples to 3 when a sixth came late."
        )
    source, target = (f"{bench.namespace}series:{{{NAME}}}{end}" for end in ("", ":count"))
    send: Any = bench.quiet().execute_command
    clear(bench, OURS)
    send("TS.CREATE", source, "RETENTION", 1_000)
    send("TS.CREATE", target)
    send("TS.CREATERULE", source, target, "AGGREGATION", "count", 500)
    for at in (0, 100, 200, 300, 400, 600, 900, 1_300):
        send("TS.ADD", source, at, 1)
    before = float(send("TS.RANGE", target, 0, 99)[0][1])
    send("TS.ADD", source, 350, 1)
    after = float(send("TS.RANGE", target, 0, 99)[0][1])
    clear(bench, OURS)
    return f"A closed bucket of {before:g} samples holds {after:g} after a sixth came late."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Add a sample", NaiveSeries.add, Series.add),
        Pair("The same on core types", NaiveSeries.add, CoreSeries.add),
        Pair("Read by the minute", NaiveSeries.buckets, Series.buckets),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("What a sample takes. The module packs differences; a sorted set packs nothing.", "", size),
        Fact("Round trips. Hardened pays two more once, to load the script.", "scripting", round_trips),
        Fact("A late sample can take others out of its bucket.", "cmd:ts.createrule", eaten),
        Fact("Without a policy, a second sample for a moment is an error: BLOCK.", "cmd:ts.create"),
        Fact("Retention counts back from the newest sample, not from the clock on the wall.", "timeseries"),
        Fact(
            "A rule compacts what is added after it was made, and a bucket is written when the next one "
            "begins. Until then only LATEST shows it.",
            "cmd:ts.createrule, cmd:ts.range",
        ),
    ),
)
