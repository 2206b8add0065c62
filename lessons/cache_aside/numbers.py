"""The numbers of a cache, measured on the learner's own server wherever it can measure them."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from redis.exceptions import ResponseError

from lessons.cache_aside.shop import Ledger, Shop
from lessons.estimates import percent
from lessons.measure import NotHere, bytes_of, round_trips_of
from lessons.model import Compare, Fact, Numbers, Pair
from lessons.staging import clear, load_scripts
from patterns import cache_aside, catalogue
from patterns.cache_aside import Cache, NaiveCache

if TYPE_CHECKING:
    from lab.bench import Bench

KEY = "measured"
VALUE = "x" * 200
READS = 4_000
DELTA_MS, BETA = 400, 1.0


def fresh(bench: Bench) -> Shop:
    clear(bench, f"cache:{{{KEY}}}*")
    load_scripts(bench, "cache_aside")
    shop = Shop(Ledger(bench.clock))
    shop.stock(KEY, VALUE)
    return shop


def round_trips(bench: Bench, /) -> str:
    """A miss and a hit in each version."""
    said = []
    for title, version in (("Naive", NaiveCache), ("Hardened", Cache)):
        shop = fresh(bench)
        cache = version(bench.client("reader"), shop.desk("reader"), 60, namespace=bench.namespace)
        get = cache.get
        miss = round_trips_of(bench, lambda get=get: get(KEY))  # type: ignore[misc]
        hit = round_trips_of(bench, lambda get=get: get(KEY))  # type: ignore[misc]
        said.append(f"{title}: {miss} for a miss, {hit} for a hit.")
    clear(bench, f"cache:{{{KEY}}}*")
    return " ".join(said)


def bytes_beside(bench: Bench, /) -> str:
    """A value of 200 bytes in each version."""
    shop = fresh(bench)
    key = f"{bench.namespace}cache:{{{KEY}}}"
    found = []
    for version in (NaiveCache, Cache):
        version(bench.quiet(), shop.desk("reader"), 60, namespace=bench.namespace).get(KEY)
        size = bytes_of(bench, key)
        clear(bench, f"cache:{{{KEY}}}*")
        if isinstance(size, NotHere):
            return size
        found.append(size)
    naive, hardened = found
    return (
        f"Naive: {naive} bytes, a string. Hardened: {hardened} bytes, a hash that also knows version, "
        f"age and cost. A million rows: {hardened:,} MB."
    )


def early(bench: Bench, /) -> str:
    """Thousands of reads of a copy that is 2 s, 0.4 s and 0.1 s from its end, each throwing its dice."""
    fresh(bench)
    quiet, dice = bench.quiet(), random.Random(READS)
    entry = f"{bench.namespace}cache:{{{KEY}}}"
    look = catalogue.lua(cache_aside.__file__, "look")
    sha = quiet.script_load(look)
    quiet.hset(entry, mapping={"value": "x", "version": 1, "fresh_until": 10_000_000, "cost": DELTA_MS})
    said, reads = [], READS if bench.backend.kind != "fakeredis" else READS // 20
    for left_ms in (2_000, 400, 100):
        pipe = quiet.pipeline(transaction=False)
        for _ in range(reads):
            eagerness = -BETA * math.log(1 - dice.random())
            pipe.evalsha(sha, 2, entry, f"{entry}:lease", 10_000_000 - left_ms, "token", 1_000, eagerness, 0)
            pipe.delete(f"{entry}:lease")
        chosen = sum(str(reply[0]) == "refresh" for reply in pipe.execute()[::2])
        computed = math.exp(-left_ms / (BETA * DELTA_MS))
        renewed = percent(chosen / reads, 2)
        said.append(f"{left_ms / 1000:g} s before: {renewed} renewed, computed {percent(computed, 2)}")
    clear(bench, f"cache:{{{KEY}}}*")
    return f"{reads:,} reads each. {'; '.join(said)}."


def policy(bench: Bench, /) -> str:
    """What this server does when it is full."""
    if not bench.backend.can("config"):
        return NotHere(bench.backend.why_not("config"))
    found = bench.quiet().config_get("maxmemory-policy")
    return f"Your server answers CONFIG GET maxmemory-policy with {found.get('maxmemory-policy', 'nothing')}."


def ratio(bench: Bench, /) -> str:
    """Ten looks, nine of them at a key that is there."""
    quiet, key = bench.quiet(), f"{bench.namespace}cache:{{{KEY}}}"
    try:
        before = quiet.info("stats")
    except ResponseError as error:
        return NotHere(f"INFO answers “{error}”.")
    quiet.set(key, "x")
    for _ in range(9):
        quiet.get(key)
    quiet.delete(key)
    quiet.get(key)
    after = quiet.info("stats")
    hits, misses = (after[name] - before[name] for name in ("keyspace_hits", "keyspace_misses"))
    return f"Nine reads that hit and one that missed moved the counters by {hits} and {misses}."


COMPARE = Compare(
    "Naive beside hardened",
    (
        Pair("Read", NaiveCache.get, Cache._read),
        Pair("Load and store", NaiveCache.get, Cache._load),
        Pair("Change", NaiveCache.update, Cache.update),
    ),
)

NUMBERS = Numbers(
    "The numbers to say aloud",
    (
        Fact("A stampede has as many queries as readers arrive while one query runs: rate times duration. "
             "A thousand reads a second and a query of 150 ms make 150.", "xfetch"),
        Fact("Round trips.", "", round_trips),
        Fact("Memory for a value of 200 bytes.", "cmd:memory-usage", bytes_beside),
        Fact("XFetch: a read renews early with probability exp(-left / (beta x cost)). Here the load costs "
             "0.4 s and beta is 1. The number of renewals is small, and not exactly one.", "xfetch", early),
        Fact("At Facebook, leases brought the peak load of herd-prone keys from 17,000 to 1,300 queries a "
             "second. Not to none.", "facebook"),
        Fact("The default policy of a full Redis is noeviction: writes fail, reads go on. A cache wants "
             "allkeys-lru or allkeys-lfu.", "eviction", policy),
        Fact("Expired keys go when they are read, and in a cycle of 20 keys at a time that repeats while "
             "more than 10 % of them were stale. Until then they take memory.", "expire.c"),
        Fact("The hit ratio is keyspace_hits / (keyspace_hits + keyspace_misses) for a cache of plain GET "
             "and SET. A miss of EXISTS counts too, and a script that looks at several keys counts each.",
             "eviction, cmd:info", ratio),
    ),
)  # fmt: skip
