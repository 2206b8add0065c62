"""The numbers of a Bloom filter, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lessons.estimates import percent
from lessons.measure import bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns.bloom_filter import CoreSeenFilter, NaiveSeenFilter, SeenFilter

if TYPE_CHECKING:
    from lab.bench import Bench

NAME = "measured"
OURS = f"seen:{{{NAME}}}*"
CAPACITY = 10_000


def fresh(bench: Bench) -> None:
    clear(bench, OURS)
    load_scripts(bench, "bloom_filter")


def bytes_per_item(bench: Bench, /) -> str:
    """A filter for ten thousand items at three errors, in the module and on core types."""
    told = []
    for error in (0.01, 0.001, 0.0001):
        fresh(bench)
        one = CoreSeenFilter(bench.quiet(), NAME, namespace=bench.namespace, capacity=CAPACITY, error=error)
        one.rebuild(list)
        bits = bench.quiet().strlen(one.key) * 8 / CAPACITY
        told.append(f"{percent(error, 2)}: {bits:.1f} bits")
    fresh(bench)
    SeenFilter(bench.quiet(), NAME, namespace=bench.namespace, capacity=CAPACITY).rebuild(list)
    found = bytes_of(bench, f"{bench.namespace}seen:{{{NAME}}}")
    clear(bench, OURS)
    module = (
        f" The module takes {found:,} bytes for {CAPACITY:,} items at {percent(0.01)}."
        if isinstance(found, int)
        else ""
    )
    return f"An item at an error of {', '.join(told)}.{module}"


def wrong_yes(bench: Bench, /) -> str:
    """A full filter of 500 items, and 1,000 strangers."""
    fresh(bench)
    one = SeenFilter(bench.quiet(), NAME, namespace=bench.namespace, capacity=500, error=0.05)
    one.rebuild(lambda: (f"item-{place}" for place in range(500)))
    wrong = sum(bool(one.might_contain(f"stranger-{place}")) for place in range(1_000))
    clear(bench, OURS)
    return f"Made for an error of {percent(0.05)} and full: {wrong} of 1,000 strangers are taken for known."


def round_trips(bench: Bench, /) -> str:
    """What an item costs on the wire in each version."""
    fresh(bench)
    told = []
    for title, version in (("Naive", NaiveSeenFilter), ("Hardened", SeenFilter)):
        one = version(bench.client("server"), NAME, namespace=bench.namespace)
        one.rebuild(list)
        told.append(f"{title}: {round_trips_of(bench, partial(one.add, 'article-7'))} to add a new item.")
        clear(bench, OURS)
    return " ".join(told)


def by_itself(bench: Bench, /) -> str:
    """BF.ADD where there is no filter."""
    fresh(bench)
    one = NaiveSeenFilter(bench.quiet(), NAME, namespace=bench.namespace)
    before = one.might_contain("anybody")
    one.add("somebody")
    state = SeenFilter(bench.quiet(), NAME, namespace=bench.namespace).state()
    clear(bench, OURS)
    made = f"a filter for {state.capacity:,} items" if state else "no filter"
    return f"BF.EXISTS on a missing key says {before}. BF.ADD on a missing key makes {made}."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Add an item", NaiveSeenFilter.add, SeenFilter.add),
        Pair("Ask for an item", NaiveSeenFilter.might_contain, SeenFilter.might_contain),
        Pair("Build it anew", NaiveSeenFilter.rebuild, SeenFilter.rebuild),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("Bits for an item: -ln p / (ln 2)², whatever the length of the item.", "bloom", bytes_per_item),
        Fact("The error is the share of strangers that a full filter takes for known.", "bloom", wrong_yes),
        Fact("Round trips. Hardened pays two more once, to load the script.", "scripting", round_trips),
        Fact(
            "What a missing filter answers, and what BF.ADD makes of it.",
            "cmd:bf.exists, cmd:bf.add",
            by_itself,
        ),
        Fact(
            "Nothing can be taken out again: a bit may be another item’s too. Build a new filter, or use "
            "a Cuckoo filter, which can forget; but what was never added must not be taken out of it.",
            "bloom",
        ),
        Fact(
            "A filter that grows adds a second filter behind the first, so a no has to ask both, and a yes "
            "may. With NONSCALING a full one refuses.",
            "cmd:bf.reserve",
        ),
    ),
)
