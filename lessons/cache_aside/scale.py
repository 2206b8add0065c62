"""What a cache costs for the interviewer's numbers, where its keys lie, and what each Redis offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis import Redis

from lessons.cache_aside.shop import Ledger, Shop
from lessons.measure import sample_of
from lessons.model import Cost, Dial, Estimate, Keys, Production, Sample, Scale, Way
from lessons.staging import clear, load_scripts
from patterns.cache_aside import Cache

if TYPE_CHECKING:
    from lab.bench import Bench

ROWS = 2_000
VALUE = "x" * 500
KEYS = "cache:{row-*"


def rows(bench: Bench, /) -> Sample:
    """Two thousand rows of 500 bytes, loaded as readers load them; an operation is a hit."""
    clear(bench, KEYS)
    load_scripts(bench, "cache_aside")
    shop = Shop(Ledger(bench.clock))
    names = [f"row-{number:06}" for number in range(ROWS)]
    for name in names:
        shop.stock(name, VALUE)
    unseen = Cache(bench.quiet(), shop.desk("reader"), namespace=bench.namespace)
    cache = Cache(bench.client("reader"), shop.desk("reader"), namespace=bench.namespace)

    def fill() -> list[str]:
        for name in names:
            unseen.get(name)
        return [f"{bench.namespace}cache:{{{name}}}" for name in names]

    return sample_of(bench, fill, ROWS, lambda: cache.get(names[0]), KEYS)


def of_one_row(redis: Redis) -> Sequence[str]:
    return Cache(redis, Shop(Ledger(lambda: 0.0)).desk("reader"))._keys("shoe-7")


def of_several_rows(redis: Redis) -> Sequence[str]:
    cache = Cache(redis, Shop(Ledger(lambda: 0.0)).desk("reader"))
    return [cache._keys(f"shoe-{number}")[0] for number in range(1, 9)]


COST = Cost(
    "The sum for ten million rows",
    (
        Estimate(
            "row in the cache", "rows", rows, 10_000_000, "many slots", "read", 50_000,
            why="The values measured have 500 bytes. A cache need not hold every row.",
        ),
    ),
)  # fmt: skip

SCALE = Scale(
    "The cache on a cluster",
    (
        Keys(
            "A row and its lease", "meet", of_one_row,
            "One script looks at the copy and gives out the lease.",
        ),
        Keys(
            "Eight rows", "spread", of_several_rows,
            "Rows know nothing of each other, so each may lie on another node.",
        ),
    ),
)  # fmt: skip

COMPARE_AND_SET = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "
    "return redis.call('SET', KEYS[1], ARGV[2], 'EX', 60) end return false"
)

PRODUCTION = Production(
    "In production",
    Dial(
        "Store what was loaded, unless the copy has changed since",
        (
            Way(
                "6.2", "A script that compares and sets",
                "GET, compare and SET from the client are two moments. A script is one.",
                "scripting, cmd:set",
                call=("EVAL", COMPARE_AND_SET, "1", "{key}", "89 euros", "79 euros"),
                seed=(("SET", "{key}", "89 euros"),),
            ),
            Way(
                "8.4", "SET with IFEQ",
                "One command compares and sets. It compares the value: two equal values of different ages "
                "look alike, so keep a version in it.",
                "cmd:set",
                call=("SET", "{key}", "79 euros", "EX", "60", "IFEQ", "89 euros"),
                seed=(("SET", "{key}", "89 euros"),),
            ),
        ),
    ),
)  # fmt: skip
