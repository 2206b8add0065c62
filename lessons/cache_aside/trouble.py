"""The naive cache in trouble, in a crowd and one step at a time; the hardened one under the same."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.hold import Gate
from lessons.cache_aside.live import unreachable
from lessons.cache_aside.shop import Desk, Ledger, Shop
from lessons.inputs import Input, Integer, Text
from lessons.model import Action, Burst, Count, Run, Shown
from lessons.staging import clear, load_scripts, plural, times, values
from patterns.cache_aside import Bypass, Cache, DatabaseError, NaiveCache

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

Version = type[NaiveCache] | type[Cache]

CROWD: tuple[Input, ...] = (
    Integer("readers", "Readers", 30, 2, 60, help="Each is a real thread with a connection of its own."),
    Integer("delay_ms", "Each query takes", 100, 10, 1_000, "ms", "The database is held for that long."),
)
TTL = 60
DELAY_S = 0.03


def on(
    bench: Bench, version: Version, redis: Redis, desk: Desk, bypass: Bypass | None = None
) -> NaiveCache | Cache:
    if version is Cache:
        return Cache(redis, desk, TTL, namespace=bench.namespace, now=bench.clock, bypass=bypass)
    return version(redis, desk, TTL, namespace=bench.namespace)


def fresh(bench: Bench, version: Version, name: str) -> str:
    """The key of a row that is not cached; the server knows the scripts."""
    key = f"{name}-{'naive' if version is NaiveCache else 'hardened'}"
    clear(bench, f"cache:{{{key}}}*")
    load_scripts(bench, "cache_aside")
    return key


def burst(version: Version, bench: Bench, *, readers: int, delay_ms: int) -> Shown:
    """A popular row has just expired, and everybody wants it."""
    key = fresh(bench, version, "bestseller")
    shop = Shop(Ledger(bench.clock), delay_ms / 1000)
    shop.stock(key, "19.90")
    gate, begin = Gate(readers), bench.log.mark()

    def job(reader: str) -> Callable[[Redis], tuple[str | None, float]]:
        def read(redis: Redis) -> tuple[str | None, float]:
            start, began = shop.ledger.at(), time.perf_counter()
            with gate.holds(redis):
                value = on(bench, version, redis, shop.desk(reader)).get(key)
            shop.ledger.span(reader, start, "reads")
            return value, time.perf_counter() - began

        return read

    names = [f"reader {number + 1:02}" for number in range(readers)]
    got = values(bench.together({name: job(name) for name in names}))
    served = sum(value == "19.90" for value, _ in got.values())
    commands = bench.log.since(begin).commands
    hurt = shop.queries > 1
    return Shown(
        f"{plural(readers, 'reader')} missed the same row. "
        + (
            f"{shop.queries} queries reached the database, {shop.most_at_once} at one moment: a stampede."
            if hurt
            else "One query reached the database; the other readers waited for its answer."
        ),
        "bad" if hurt else "good",
        (
            Count("Queries", shop.queries, "", "bad" if hurt else "good"),
            Count("At one moment", shop.most_at_once),
            Count("Readers who got the row", served),
            Count("Slowest reader", round(max(took for _, took in got.values()) * 1000), "ms"),
            Count("Commands to Redis", len(commands)),
        ),
        shop.ledger.timeline(
            "Readers, and what reached the database",
            "Each reader waits with its first reply in hand until all have missed.",
        ),
    )  # fmt: skip


def naive_burst(bench: Bench, /, *, readers: int, delay_ms: int) -> Shown:
    return burst(NaiveCache, bench, readers=readers, delay_ms=delay_ms)


def hardened_burst(bench: Bench, /, *, readers: int, delay_ms: int) -> Shown:
    return burst(Cache, bench, readers=readers, delay_ms=delay_ms)


BURST = Burst(
    "A popular row expires",
    naive=Action("Naive: everybody reads at once", naive_burst, CROWD, (NaiveCache.get,)),
    hardened=Action("Hardened: everybody reads at once", hardened_burst, CROWD, (Cache.get, Cache._load)),
)


class Steps:
    """Three small stories for one version, each with a database and a row of its own."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def stage(self, bench: Bench, name: str) -> tuple[str, Shop]:
        key = fresh(bench, self.version, name)
        shop = Shop(Ledger(bench.clock), DELAY_S)
        shop.stock(key, "19.90")
        return key, shop

    def old_copy(self, bench: Bench, /, *, new: str) -> Shown:
        """While ann holds the row she has just read, ben changes it. Then ann stores what she holds."""
        key, shop = self.stage(bench, "price")
        ledger = shop.ledger

        def ben() -> None:
            on(bench, self.version, bench.client("ben"), shop.desk("ben")).update(key, new)
            ledger.mark("ben", f"saved {new}, dropped the copy")

        ann = on(bench, self.version, bench.client("ann"), shop.desk("ann", after_load=ben))
        ledger.mark("ann", f"returned {ann.get(key)}")
        value = on(bench, self.version, bench.client("cem"), shop.desk("cem")).get(key)
        stale = value != new
        ledger.mark("cem", f"read {value}", "bad" if stale else "good")
        left = bench.quiet().ttl(f"{bench.namespace}cache:{{{key}}}")
        says = f"ben changed 19.90 to {new} while ann held the old row. cem then read {value}"
        if stale:
            says += f": stale set. It stays wrong for another {plural(left, 'second')}, and nobody is told."
        else:
            says += ": ann's old row was refused, because ben had buried its version."
        return Shown(says, "bad" if stale else "good",
                     (Count("Wrong for", left if stale else 0, "s", "bad" if stale else "good"),),
                     ledger.timeline("A reader, a writer, and the next reader"))  # fmt: skip

    def failing_database(self, bench: Bench, /) -> Shown:
        """The row is not cached and the database is in trouble."""
        key, shop = self.stage(bench, "trouble")
        shop.down = True
        cache = on(bench, self.version, bench.client("ann"), shop.desk("ann"))
        try:
            cache.get(key)
        except (sqlite3.Error, DatabaseError) as error:
            shop.ledger.mark("ann", f"got {type(error).__name__}", "warn")
        twice = shop.queries > 1
        return Shown(
            f"One read asked the failing database {times(shop.queries)}"
            + (": double query. The catch was meant for Redis." if twice else ", and ann was told so."),
            "bad" if twice else "good",
            (Count("Queries", shop.queries, "", "bad" if twice else "good"),),
            shop.ledger.timeline("One read"),
        )  # fmt: skip

    def without_redis(self, bench: Bench, /, *, readers: int) -> Shown:
        """Redis is gone and readers keep coming. How many stand before the database at once?"""
        key, shop = self.stage(bench, "outage")
        shop.delay = 0.5
        bypass, start = Bypass(4, patience=20), threading.Barrier(readers)
        shop.expect(readers if self.version is NaiveCache else bypass.loads)

        def read(number: int) -> None:
            name = f"reader {number + 1:02}"
            gone = unreachable()
            start.wait()
            began = shop.ledger.at()
            with contextlib.suppress(DatabaseError, sqlite3.Error):
                on(bench, self.version, gone, shop.desk(name), bypass).get(key)
            shop.ledger.span(name, began, "reads past Redis")
            gone.close()

        threads = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(readers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        bounded = shop.most_at_once <= bypass.loads
        return Shown(
            f"Redis is gone. {shop.most_at_once} of {readers} readers stood before the database at once"
            + (", and the next waited for a place." if bounded else ": as many as came."),
            "good" if bounded else "bad",
            (
                Count("Queries", shop.queries),
                Count("At one moment", shop.most_at_once, "", "good" if bounded else "bad"),
            ),
            shop.ledger.timeline(
                "Readers without Redis", "The database answers when all who may come to it stand there."
            ),
        )  # fmt: skip

    def step(self, heading: str) -> Run:
        get, update = self.version.get, self.version.update
        return Run(
            heading,
            (
                Action("A reader stores what a writer has just changed", self.old_copy,
                       (Text("new", "New price", "24.90"),), (get, update)),
                Action("The database fails while a reader asks", self.failing_database, (), (get,)),
                Action("Redis is gone and readers keep coming", self.without_redis,
                       (Integer("readers", "Readers", 12, 6, 40),), (get,)),
            ),
        )  # fmt: skip


BY_HAND = Steps(NaiveCache).step("Break it, one step at a time")
BY_HAND_HARDENED = Steps(Cache).step("The same three stories, hardened")
