"""What an index costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.full_text_search import CoreSearch, Search

if TYPE_CHECKING:
    from lab.bench import Bench

DOCUMENTS, WORDS, VOCABULARY = 500, 60, 120
"""So few words that each has its list in half of the pages: a skiplist, as among millions of pages."""
KEYS = "search:{measured}*"


def documents(bench: Bench, /) -> Sample:
    """Five hundred documents of sixty words, in the index on core types; an operation is a search."""
    clear(bench, KEYS)
    load_scripts(bench, "full_text_search")
    unseen = CoreSearch(bench.quiet(), "measured", namespace=bench.namespace)
    ours = CoreSearch(bench.client("reader"), "measured", namespace=bench.namespace)
    dice = random.Random(DOCUMENTS)
    bodies = [
        " ".join(f"word{number}" for number in dice.sample(range(VOCABULARY), WORDS))
        for _ in range(DOCUMENTS)
    ]

    def fill() -> list[str]:
        for number, body in enumerate(bodies):
            unseen.put(f"doc-{number:05}", "A page", body)
        return list(bench.quiet().scan_iter(match=f"{bench.namespace}{KEYS}", count=1_000))

    return sample_of(bench, fill, DOCUMENTS, lambda: ours.find("word7"), KEYS)


def of_one_index(redis: Redis) -> Sequence[str]:
    index = CoreSearch(redis, "docs")
    return [*index._keys("page-1"), f"{index.base}:word:redis", f"{index.base}:word:lock"]


def of_tenants(redis: Redis) -> Sequence[str]:
    return [CoreSearch(redis, f"tenant-{number}").base for number in range(1, 9)]


COST = Cost(
    "The sum for two million pages",
    (
        Estimate(
            "page of sixty words, with its index", "pages", documents, 2_000_000, "one slot", "search", 2_000,
            why="Measured on core types, whose index lies in the keyspace. A module's index lies beside it. "
            "Each word's list is long here, as among millions of pages; short lists are packed and take a "
            "quarter.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "An index on a cluster",
    (
        Keys(
            "A page and the words of its index", "meet", of_one_index,
            "One script writes the page and all its words, and another walks them.",
        ),
        Keys(
            "The indexes of eight tenants", "spread", of_tenants,
            "Nobody searches in two tenants at once, so each may lie on another node.",
        ),
    ),
)  # fmt: skip

TWO_WORDS = ("redis", "lock")


def by_sets(bench: Bench, /) -> str:
    """Two sets of documents, intersected."""
    keys = _two_sets(bench)
    found = bench.client("reader").sinter(keys)
    clear(bench, "search:{dial}*")
    return f"SINTER answers {sorted(str(one) for one in found)}."


def by_count(bench: Bench, /) -> str:
    """The same, counted up to a thousand."""
    keys = _two_sets(bench)
    found = bench.client("reader").sintercard(len(keys), [*keys], 1_000)
    clear(bench, "search:{dial}*")
    return f"SINTERCARD counts {found}."


def by_module(bench: Bench, /) -> str:
    """The pattern's own search, on the module."""
    index = Search(bench.client("reader"), "dial", namespace=bench.namespace)
    index.put("a", "Redis", "A lock with a lease.")
    index.put("b", "Redis", "A cache with a TTL.")
    total = index.find(" ".join(TWO_WORDS)).total
    clear(bench, "search:{dial}*")
    return f"FT.SEARCH finds {total} of 2."


def _two_sets(bench: Bench) -> list[str]:
    keys = [f"{bench.namespace}search:{{dial}}:word:{word}" for word in TWO_WORDS]
    bench.quiet().sadd(keys[0], "a", "b")
    bench.quiet().sadd(keys[1], "a")
    return keys


PRODUCTION = Production(
    "In production",
    Dial(
        "Find the documents that have both of two words",
        (
            Way(
                "6.2", "Sets of words, and SINTER",
                "Without a module you keep the lists by yourself, as core.py does with scores. SINTER "
                "answers with every document, so bound what it may meet.",
                "cmd:sinter",
                trial=by_sets,
            ),
            Way(
                "7.0", "SINTERCARD with LIMIT, to know how many",
                "It stops when it has counted enough: what a page says that shows “more than a thousand”.",
                "cmd:sintercard",
                trial=by_count,
            ),
            Way(
                "8.0", "FT.SEARCH, which Redis now brings along",
                "From 8.0 on the search engine is part of Redis; before, it was a module of Redis Stack. "
                "What a person typed goes in as a parameter.",
                "cmd:ft.search",
                trial=by_module,
                valkey=False,
                needs="search",
            ),
        ),
    ),
)  # fmt: skip
