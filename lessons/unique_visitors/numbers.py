"""The numbers of a sketch, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from lessons.estimates import percent
from lessons.measure import NotHere, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from lessons.unique_visitors.live import DAYS, PAGE
from patterns.unique_visitors import STANDARD_ERROR, NaiveVisitors, Visitors

if TYPE_CHECKING:
    from lab.bench import Bench

SITE = "measured"
OURS = f"visitors:{{{SITE}:*"
MONDAY = DAYS["Monday"]


def fresh(bench: Bench) -> str:
    """A key for a sketch of our own; the site's other keys are gone."""
    clear(bench, OURS)
    load_scripts(bench, "unique_visitors")
    return f"{bench.namespace}visitors:{{{SITE}:{PAGE}}}:scratch"


def fill(bench: Bench, key: str, people: Iterable[int]) -> None:
    names = [f"visitor {person}" for person in people]
    for start in range(0, len(names), 5_000):
        bench.quiet().pfadd(key, *names[start : start + 5_000])


def exact(bench: Bench) -> bool:
    return not bench.backend.can("hyperloglog")


def error(bench: Bench, /) -> str:
    """Four crowds, each counted once."""
    key, told = fresh(bench), []
    for people in (100, 1_000, 10_000, 100_000):
        fill(bench, key, range(people))
        found = bench.quiet().pfcount(key)
        told.append(f"{people:,} counted as {found:,} ({found / people - 1:+.2%})")
    clear(bench, OURS)
    return f"{'; '.join(told)}." + (" This backend counts exactly: it is no sketch." if exact(bench) else "")


def size(bench: Bench, /) -> str:
    """Bytes of a sketch, while it is young and when it is full."""
    if exact(bench):
        return NotHere(bench.backend.why_not("hyperloglog"))
    key, told = fresh(bench), []
    for people in (100, 1_000, 100_000):
        fill(bench, key, range(people))
        told.append(f"{bench.quiet().strlen(key):,} bytes after {people:,}")
    clear(bench, OURS)
    return f"{', '.join(told)} visitors; it never grows beyond that."


def intersection(bench: Bench, /) -> str:
    """Two crowds of 100,000 with 1,000 people in both: sizes added, union taken off."""
    first = fresh(bench)
    second = f"{first}:two"
    fill(bench, first, range(100_000))
    fill(bench, second, range(99_000, 199_000))
    quiet = bench.quiet()
    found = quiet.pfcount(first) + quiet.pfcount(second) - quiet.pfcount(first, second)
    clear(bench, OURS)
    return f"1,000 people are in both crowds of 100,000. Inclusion and exclusion say {found:,}."


def gathered(bench: Bench, /) -> str:
    """One page over eight keys, and the same visits in one key."""
    fresh(bench)
    spread = Visitors(bench.quiet(), SITE, namespace=bench.namespace, parts=8)
    one = Visitors(bench.quiet(), SITE, namespace=bench.namespace)
    for person in range(2_000):
        spread.visit("spread", f"visitor {person}", MONDAY)
        one.visit("one", f"visitor {person}", MONDAY)
    spread.gather("spread", MONDAY)
    counts = spread.count("spread", MONDAY).count, one.count("one", MONDAY).count
    clear(bench, OURS)
    return f"2,000 visitors over 8 keys, gathered: {counts[0]:,}. The same in one key: {counts[1]:,}."


def round_trips(bench: Bench, /) -> str:
    """What a visit and a count cost on the wire in each version."""
    fresh(bench)
    told = []
    for title, version in (("Naive", NaiveVisitors), ("Hardened", Visitors)):
        site = version(bench.client("web server"), SITE, namespace=bench.namespace)
        visit = round_trips_of(bench, partial(site.visit, PAGE, "ann", MONDAY))
        span = round_trips_of(bench, partial(site.count_span, PAGE, list(DAYS.values())))
        told.append(f"{title}: {visit} for a newcomer's visit, {span} for a week.")
        clear(bench, OURS)
    return " ".join(told)


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Note a visit", NaiveVisitors.visit, Visitors.visit),
        Pair("Count a day", NaiveVisitors.count, Visitors.count),
        Pair("Count a week", NaiveVisitors.count_span, Visitors.count_span),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact(
            f"16,384 registers give a standard error of {percent(STANDARD_ERROR, 4)}, quoted as 0.81 %. "
            "About 95 of 100 counts are within twice that.",
            "cmd:pfcount",
            error,
        ),
        Fact("A full sketch is 16,384 registers of six bits and a header.", "cmd:pfcount", size),
        Fact(
            "A union is exact: parts merged are the sketch that one key would hold.", "cmd:pfmerge", gathered
        ),
        Fact("Small overlaps of large crowds drown in the error.", "", intersection),
        Fact("Round trips.", "", round_trips),
        Fact(
            "PFCOUNT of several keys unites them on the server's main thread and keeps no result; the answer "
            "of one key is kept with it.",
            "cmd:pfcount",
        ),
    ),
)
