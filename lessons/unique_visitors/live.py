"""The live count: crowds on several days, one visitor again and again, the truth beside it to compare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lessons.inputs import Choice, Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Line, Picture, Point, Ranking, RankRow, Series, Tone
from lessons.staging import load_scripts, plural, times
from patterns.unique_visitors import Estimate, Visitors

if TYPE_CHECKING:
    from lab.bench import Bench

SITE, PAGE = "shop", "home"
MONDAY = date(2026, 3, 23)
DAYS = {f"{MONDAY + timedelta(days):%A}": MONDAY + timedelta(days) for days in range(7)}
LOOKS = 20
"""How often the estimate is compared with the truth while a crowd comes."""
DAY = Choice("day", "Day", tuple(DAYS), "Monday")

Truth = dict[date, set[str]]


def visitors(bench: Bench, *, seen: bool = True) -> Visitors:
    load_scripts(bench, "unique_visitors")
    redis = bench.client("web server") if seen else bench.quiet()
    return Visitors(redis, SITE, namespace=bench.namespace)


def truth(bench: Bench) -> Truth:
    """Who really was here: kept by the lesson, so that an estimate has something to be compared with."""
    return note(bench, "unique visitors", lambda: {day: set[str]() for day in DAYS.values()})


def everybody(days: Iterable[set[str]]) -> int:
    """How many different people there are in several days."""
    return len(set().union(*days))


def seen_so_far(bench: Bench) -> dict[str, list[Point]]:
    """By day: how many there really were, and by how many per cent the estimate and its ends were off."""
    return note(bench, "estimates", dict)


def compare(bench: Bench, day: str) -> None:
    """One more point: the estimate as it stands now, against the truth."""
    real, estimate = len(truth(bench)[DAYS[day]]), visitors(bench, seen=False).count(PAGE, DAYS[day])
    if real:
        off = [100 * (value - real) / real for value in (estimate.count, estimate.low, estimate.high)]
        found = [point for point in seen_so_far(bench).get(day, ()) if point.x != real]
        seen_so_far(bench)[day] = sorted([*found, Point(real, *off)])


def picture(bench: Bench) -> Picture:
    lines = tuple(Line(day, tuple(points)) for day, points in seen_so_far(bench).items())
    return Series(
        "How far the estimate is from the truth",
        lines,
        "%",
        x="different visitors",
        x_unit="visitors",
        note="Zero is the truth. In about 95 of 100 cases the band holds it: two standard errors of 0.81 %.",
    )


def days(bench: Bench) -> Picture:
    """Every day, and the week as one."""
    sketches, real = visitors(bench, seen=False), truth(bench)
    rows = [
        RankRow(name, sketches.count(PAGE, day).count, rank, f"really {len(real[day]):,}")
        for rank, (name, day) in enumerate(DAYS.items())
    ]
    week = sketches.count_span(PAGE, list(DAYS.values()))
    rows.append(RankRow("The week, united", week.count, len(rows), f"really {everybody(real.values()):,}"))
    return Ranking("What the sketches say", tuple(rows), "visitors")


def holds(estimate: Estimate, real: int) -> bool:
    """Whether the truth is in the estimate's band. Twice the truth never is, however few came."""
    return estimate.low <= real <= estimate.high and (estimate.count < 2 * real or not real)


def tone_of_sum(added: int, week: Estimate) -> Tone:
    """Days added up against the week: wrong where its band ends below them, or they are twice as much."""
    return "bad" if added > week.high or added >= 2 * week.count else "plain"


def compared(title: str, estimate: Estimate, real: int) -> tuple[Count, ...]:
    """An estimate beside the truth, with the distance between them."""
    off = (estimate.count - real) / real if real else 0.0
    return (
        Count(title, estimate.count, "visitors"),
        Count("Really", real, "visitors"),
        Count(
            "Off by", f"{off:+.{0 if abs(off) >= 1 else 2}%}", "", "good" if holds(estimate, real) else "bad"
        ),
    )


def crowd(bench: Bench, /, *, first: int, number: int, day: str) -> Shown:
    """Visitors by number, so that the same ones can come again on another day."""
    sketches, real = visitors(bench), truth(bench)
    for place, visitor in enumerate(range(first, first + number), 1):
        sketches.visit(PAGE, f"visitor {visitor}", DAYS[day])
        real[DAYS[day]].add(f"visitor {visitor}")
        if place == number or place % max(1, number // LOOKS) == 0:
            compare(bench, day)
    who = f"visitors {first:,} to {first + number - 1:,}" if number > 1 else f"visitor {first:,}"
    return told(bench, f"{plural(number, 'visit')} on {day}, by {who}.", day)


def again(bench: Bench, /, *, visitor: str, visits: int, day: str) -> Shown:
    """One visitor who reloads the page, or one message that a queue delivers again and again."""
    sketches, real = visitors(bench), truth(bench)
    before = sketches.count(PAGE, DAYS[day]).count
    for _ in range(visits):
        sketches.visit(PAGE, visitor, DAYS[day])
    real[DAYS[day]].add(visitor)
    compare(bench, day)
    grown = sketches.count(PAGE, DAYS[day]).count - before
    return told(bench, f"{visitor} came {times(visits)} on {day}: the count changed by {grown}.", day)


def told(bench: Bench, says: str, day: str) -> Shown:
    estimate = visitors(bench, seen=False).count(PAGE, DAYS[day])
    return Shown(
        says, "good", compared(day, estimate, len(truth(bench)[DAYS[day]])), picture(bench), (days(bench),)
    )


def week(bench: Bench, /) -> Shown:
    """The union of seven sketches, read in one command."""
    estimate = visitors(bench).count_span(PAGE, list(DAYS.values()))
    added = sum(visitors(bench, seen=False).count(PAGE, day).count for day in DAYS.values())
    real = everybody(truth(bench).values())
    if not real:
        return Shown(
            "Nobody has come this week yet.", "warn", compared("The week", estimate, real), days(bench)
        )
    return Shown(
        f"About {plural(estimate.count, 'different visitor')} this week, between {estimate.low:,} and "
        f"{estimate.high:,}. Adding up the days would say {added:,}.",
        "good",
        (
            *compared("The week", estimate, real),
            Count("Added up", added, "", tone_of_sum(added, estimate)),
        ),
        days(bench),
    )


LIVE = Run(
    "Let them come, on several days",
    (
        Action(
            "Let a crowd come",
            crowd,
            (
                Integer(
                    "first",
                    "First visitor's number",
                    1,
                    1,
                    100_000,
                    help="The same numbers are the same people.",
                ),
                Integer("number", "Visitors", 300, 1, 2_000),
                DAY,
            ),
            (Visitors.visit,),
        ),
        Action(
            "One visitor, again and again",
            again,
            (Text("visitor", "Visitor", "ann"), Integer("visits", "Visits", 20, 1, 500), DAY),
            (Visitors.visit,),
        ),
        Action("Count the week", week, (), (Visitors.count_span,)),
    ),
    picture,
)
