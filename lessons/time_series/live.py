"""The live series: measure, send again, send late, send from the future."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lessons.inputs import Integer, Real
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Line, Picture, Point, Table, TableRow, Tone
from lessons.pictures import Series as Chart
from lessons.staging import load_scripts, plural
from lessons.time_series.place import AnySeries, series_of
from patterns.time_series import Bucket, CoreSeries, Series, TooLate

if TYPE_CHECKING:
    from lab.bench import Bench

METRIC = "greenhouse"
BUCKET_MS, KEEP = 60_000, 300
SHOWN = 15
"""Minutes that the picture and the table go back."""
FIRST = 1_800_000_000_000
"""The sensor's first moment. Its clock goes on by what it measures, so that a run is the same each time."""


def clock(bench: Bench) -> list[int]:
    """The moment of the sensor's last sample, in milliseconds."""
    return note(bench, "clock", lambda: [FIRST])


def series(bench: Bench, actor: str = "") -> AnySeries:
    load_scripts(bench, "time_series")
    return series_of(
        bench,
        False,
        actor,
        METRIC,
        bucket_ms=BUCKET_MS,
        keep=KEEP,
        keep_buckets=86_400,
        now=lambda: clock(bench)[0] / 1_000,
    )


def picture(bench: Bench) -> Picture:
    """The samples as they came, and the minutes that compaction keeps of them."""
    last = clock(bench)[0]
    since = max(0, last - SHOWN * BUCKET_MS)
    raw = series(bench).samples(since, last + BUCKET_MS, 2_000)
    minutes = series(bench).buckets(since, last)
    return Chart(
        "The last quarter of an hour" if last - FIRST > SHOWN * BUCKET_MS else "Since the sensor began",
        (
            Line("samples", tuple(Point((one.at_ms - FIRST) / 1_000, one.value) for one in raw), "dots"),
            Line(
                "average of a minute",
                by_minute(minutes),
                "steps",
                note="band: from its lowest to its highest",
            ),
        )
        if raw or minutes
        else (),
        "degrees",
        x="time since the sensor began",
        note=f"Samples are kept for {KEEP // 60} minutes, minutes for a day.",
    )


def by_minute(minutes: Sequence[Bucket]) -> tuple[Point, ...]:
    """Each minute from its beginning to its end, for a line of steps."""
    points = tuple(Point((one.at_ms - FIRST) / 1_000, one.mean, one.low, one.high) for one in minutes)
    return (*points, points[-1]._replace(x=points[-1].x + BUCKET_MS / 1_000)) if points else ()


def table(bench: Bench) -> Picture:
    """The same minutes as they are stored, newest first."""
    last = clock(bench)[0]
    found = series(bench).buckets(max(0, last - SHOWN * BUCKET_MS), last)
    rows = tuple(
        TableRow(
            (
                f"{datetime.fromtimestamp(one.at_ms / 1_000, UTC):%H:%M}",
                f"{one.mean:.2f}",
                f"{one.low:g}",
                f"{one.high:g}",
                str(one.count),
            )
        )
        for one in reversed(found)
    )
    return Table("What compaction keeps", ("minute", "average", "lowest", "highest", "samples"), rows)


def shown(bench: Bench, says: str, tone: Tone = "good") -> Shown:
    kept = series(bench).samples(0, clock(bench)[0] + BUCKET_MS, 10_000)
    return Shown(says, tone, (Count("Samples kept", len(kept), "samples"),), picture(bench), (table(bench),))


def measure(bench: Bench, /, *, number: int, every: int) -> Shown:
    """The sensor measures for a while."""
    one, at = series(bench, "sensor"), clock(bench)
    for place in range(number):
        at[0] += 1_000 * every
        one.add(20 + place * 7 % 11 / 2, at[0])
    return shown(bench, f"{plural(number, 'sample')} added, one every {every} s.")


def again(bench: Bench, /) -> Shown:
    """The reply was lost: the sensor sends its last sample once more."""
    kept = series(bench).samples(0, clock(bench)[0], 10_000)
    if not kept:
        return shown(bench, "Nothing has been measured yet. Measure first.", "warn")
    added = series(bench, "sensor").add(kept[-1].value, kept[-1].at_ms)
    return shown(bench, "It was added a second time." if added else "It was there: nothing has changed.")


def late(bench: Bench, /, *, value: float, seconds: int) -> Shown:
    """A sample that was stuck on its way."""
    nth = note(bench, "late", lambda: [0])
    nth[0] += 1
    at = clock(bench)[0] - 1_000 * seconds + nth[0]
    try:
        series(bench, "sensor").add(value, at)
    except TooLate:
        return shown(
            bench,
            f"Too late, and it says so: the samples of the minute {seconds:,} s ago are no longer all there.",
            "warn",
        )
    return shown(bench, f"The sample of {value:g} degrees is {seconds} s late, and counts in its own minute.")


def future(bench: Bench, /, *, days: int) -> Shown:
    """A sensor whose clock is wrong."""
    try:
        series(bench, "sensor").add(20, clock(bench)[0] + 86_400_000 * days)
    except ValueError as error:
        return shown(bench, f"Refused: {error}.", "warn")
    return shown(bench, "It was added, and retention now counts from there.", "bad")


def other(bench: Bench, /, *, value: float) -> Shown:
    """A second sensor writes to the same series, in the same millisecond."""
    try:
        added = series(bench, "other sensor").add(value, clock(bench)[0])
    except ValueError as error:
        return shown(bench, f"Refused: {error}.", "warn")
    return shown(bench, "It was added." if added else "It is the value that is there.")


LIVE = Run(
    "Measure, send again, send late",
    (
        Action(
            "Measure",
            measure,
            (Integer("number", "Samples", 30, 1, 300), Integer("every", "One every", 10, 1, 60, "s")),
            (Series.add, CoreSeries.add),
        ),
        Action("Send the last one again", again, (), (Series.add, CoreSeries.add)),
        Action(
            "A late sample",
            late,
            (Real("value", "Degrees", 60.0, -50.0, 100.0), Integer("seconds", "Late by", 90, 1, 3_600, "s")),
            (Series.add, CoreSeries.add),
        ),
        Action(
            "A sample from the future",
            future,
            (Integer("days", "Days ahead", 365, 1, 3_650),),
            (Series.add, CoreSeries.add),
        ),
        Action(
            "Another value for the same moment",
            other,
            (Real("value", "Degrees", 99.0, -50.0, 100.0),),
            (Series.add, CoreSeries.add),
        ),
    ),
    picture,
)
