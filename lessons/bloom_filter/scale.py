"""What filters cost for the interviewer's numbers, where their keys lie, and what each Redis offers.

A filter takes all its room when it is made, so the empty ones measured here weigh what full ones do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.estimates import percent
from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.bloom_filter import CoreSeenFilter, SeenFilter

if TYPE_CHECKING:
    from lab.bench import Bench

READERS, ARTICLES, IDS, PARTS = 1_000, 2_000, 1_000_000, 8
OURS = "seen:{measured*"


def fresh(bench: Bench) -> None:
    clear(bench, OURS)
    load_scripts(bench, "bloom_filter")


def readers(bench: Bench, /) -> Sample:
    """A thousand readers with room for 2,000 articles each; an operation is one question."""
    fresh(bench)

    def filter_of(redis: Redis, reader: int) -> SeenFilter:
        return SeenFilter(redis, f"measured-{reader:06}", namespace=bench.namespace, capacity=ARTICLES)

    def fill() -> list[str]:
        made = [filter_of(bench.quiet(), reader) for reader in range(READERS)]
        for one in made:
            one.rebuild(list)
        return [one.key for one in made]

    mine = filter_of(bench.client("app"), 0)
    return sample_of(bench, fill, READERS, lambda: mine.might_contain("article-7"), OURS)


def ids(bench: Bench, /) -> Sample:
    """A filter with room for a million ids; an operation is one question."""
    fresh(bench)
    quiet = SeenFilter(bench.quiet(), "measured", namespace=bench.namespace, capacity=IDS)
    gate = SeenFilter(bench.client("gate"), "measured", namespace=bench.namespace, capacity=IDS)

    def fill() -> list[str]:
        quiet.rebuild(list)
        return [quiet.key]

    return sample_of(bench, fill, 1, lambda: gate.might_contain("customer-00000007"), OURS)


def of_one_filter(redis: Redis) -> Sequence[str]:
    one = SeenFilter(redis, "members")
    return [one.key, *one.coming]


def of_the_parts(redis: Redis) -> Sequence[str]:
    return [SeenFilter(redis, f"members-{part}").key for part in range(PARTS)]


COST = Cost(
    "The sum for a hundred million ids",
    (
        Estimate(
            "part with a million ids", "parts of a million ids", ids, 100, "many slots", "question", 50_000,
            source="bloom, cmd:info, cmd:memory-usage",
            why=f"At an error of {percent(0.01)}, in a hundred parts. A part that is rebuilt is there twice "
            "meanwhile.",
        ),
        Estimate(
            "reader with a filter of 2,000 articles", "readers", readers, 1_000_000, "many slots",
            "question", 50_000, source="bloom, cmd:info, cmd:memory-usage",
            why="A filter takes all its room when it is made, however few articles were read.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The filter on a cluster",
    (
        Keys(
            "The filter, its successor and whose work that is", "meet", of_one_filter,
            "One script adds to both filters, and another swaps them.",
        ),
        Keys(
            "One filter in eight parts", "spread", of_the_parts,
            "Each item belongs to one part, by a hash of it; a question asks that part alone.",
        ),
    ),
)  # fmt: skip


def on_core_types(bench: Bench, /) -> str:
    """The pattern's own filter without the module: the bits in a string, the places made in a script."""
    redis = bench.client("dial")
    one = CoreSeenFilter(redis, "measured-dial", namespace=bench.namespace, capacity=1_000)
    clear(bench, OURS)
    one.rebuild(list)
    first, second = one.add("article-7"), one.add("article-7")
    clear(bench, OURS)
    return f"new at first: {first}, and the second time: {second}."


PRODUCTION = Production(
    "In production",
    Dial(
        "Add an item, and hear whether it was new",
        (
            Way(
                "6.2", "A string of bits and a script",
                "Before 8.0 Redis itself had no filter: it was a module, or core types as here. Looking at "
                "the bits and setting them are one script, so one of two callers is first.",
                "scripting, cmd:setbit",
                trial=on_core_types,
            ),
            Way(
                "8.0", "BF.ADD, and its reply",
                "From 8.0 on the filter comes with Redis. Make it with BF.RESERVE: a bare BF.ADD on a "
                "missing key makes one for a hundred items. Other servers need a module for it.",
                "cmd:bf.add, cmd:bf.reserve",
                call=("BF.ADD", "{key}", "article-7"),
                seed=(("BF.RESERVE", "{key}", "0.01", "1000", "NONSCALING"),),
                valkey=False,
                needs="bloom",
            ),
        ),
    ),
)  # fmt: skip
