"""What visitors cost for the interviewer's numbers, where their keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from lessons.unique_visitors.live import DAYS, PAGE
from patterns.unique_visitors import Visitors

if TYPE_CHECKING:
    from lab.bench import Bench

SITE, PARTS = "measured", 8
MONDAY = DAYS["Monday"]
BUSY, QUIET = 6_000, 100  # visitors of a page and day
SKETCHES, MEMBERS = 50, 10_000


def fresh(bench: Bench) -> Visitors:
    clear(bench, f"visitors:{{{SITE}:*")
    load_scripts(bench, "unique_visitors")
    return Visitors(bench.client("web server"), SITE, namespace=bench.namespace)


def sketches(people: int, bench: Bench, /) -> Sample:
    """Fifty pages with so many visitors on one day; an operation is one more visit."""
    site = fresh(bench)
    names = [f"visitor {person}" for person in range(people)]

    def fill() -> list[str]:
        keys = [site._key(f"page-{number:04}", MONDAY) for number in range(SKETCHES)]
        for key in keys:
            bench.quiet().pfadd(key, *names)
            bench.quiet().expire(key, site.keep)
        return keys

    return sample_of(bench, fill, SKETCHES, lambda: site.visit(PAGE, "ann", MONDAY), f"visitors:{{{SITE}:*")


def exact(bench: Bench, /) -> Sample:
    """The same question answered exactly: a set of ids of 16 bytes; an operation is one more visit."""
    site = fresh(bench)
    key = f"{site._key(PAGE, MONDAY)}:exact"

    def fill() -> list[str]:
        bench.quiet().sadd(key, *(f"visitor {person:08}" for person in range(MEMBERS)))
        return [key]

    return sample_of(
        bench, fill, MEMBERS, lambda: site.redis.sadd(key, "visitor-another"), f"visitors:{{{SITE}:*"
    )


def of_one_page(redis: Redis) -> Sequence[str]:
    site = Visitors(redis, "shop", parts=PARTS)
    days = [site._key(PAGE, day) for day in list(DAYS.values())[:3]]
    return [*days, f"{site._key(PAGE, MONDAY, copies=':gather')}:0"]


def of_a_hot_page(redis: Redis) -> Sequence[str]:
    site = Visitors(redis, "shop", parts=PARTS)
    return [site._key(PAGE, MONDAY, part) for part in range(PARTS)]


COST = Cost(
    "The sum for a thousand pages and a year",
    (
        Estimate(
            "busy page and day", "sketches", partial(sketches, BUSY), 365_000, "many slots", "visit", 20_000,
            why="1,000 pages times 365 days. A full sketch has this size whether thousands came or millions.",
        ),
        Estimate(
            "quiet page and day", "sketches", partial(sketches, QUIET), 36_500_000, "many slots", "visit",
            1_000,
            why="100,000 pages with a hundred visitors a day: a sketch is small while few have come.",
        ),
        Estimate(
            "visitor in an exact set", "visitors", exact, 17_000_000, "one slot", "visit", 20_000,
            why="What one page would take to know everybody by name: half a billion visits a month are about "
            "17 million a day, here each by somebody else.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The sketches on a cluster",
    (
        Keys(
            "The days of a page, and a part on its way home", "meet", of_one_page,
            "PFCOUNT over days and PFMERGE of the parts each need all their keys in one slot.",
        ),
        Keys(
            "One hot page in eight parts", "spread", of_a_hot_page,
            "The visitor decides the part. A union of the parts is exactly the sketch of one key.",
        ),
    ),
)  # fmt: skip

ONCE = "if redis.call('TTL', KEYS[1]) < 0 then return redis.call('EXPIRE', KEYS[1], ARGV[1]) end return 0"

PRODUCTION = Production(
    "In production",
    Dial(
        "End a day's sketch, counted from its first visit",
        (
            Way(
                "6.2", "A script that sets a TTL where there is none",
                "PFADD makes a key without an end, and a writer that dies before EXPIRE leaves it so. Put "
                "both into one script.",
                "scripting, cmd:expire",
                call=("EVAL", ONCE, "1", "{key}", "34560000"),
                seed=(("PFADD", "{key}", "ann"),),
            ),
            Way(
                "7.0", "EXPIRE with NX, in one MULTI with PFADD",
                "It sets the end only where there is none, so every visit may send it. The lesson's own code "
                "renews the end with each visit instead.",
                "cmd:expire, cmd:pfadd",
                call=("EXPIRE", "{key}", "34560000", "NX"),
                seed=(("PFADD", "{key}", "ann"),),
            ),
        ),
    ),
)  # fmt: skip
