"""What a feature does while Redis is gone: a cache with its database, a limiter with its two answers."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from redis.exceptions import RedisError

from lab.policy import Clients
from lessons.cache_aside.shop import Ledger, Shop
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Shown, Trial
from lessons.pictures import Lane, Mark, Span, Table, TableRow, Timeline, Tone
from lessons.staging import plural
from patterns.cache_aside import Bypass, Cache, NaiveCache, Overloaded
from patterns.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from redis import Redis

    from lab.workshop import Workshop

__all__ = ["WITHOUT"]

Protection = Literal["none", "breaker", "bounded", "stale"]
ROWS = 8
LANES = 4  # direct readers that the database may have
PATIENCE = 60.0
TTL = 300
UNBOUNDED = 10_000
MOST_DRAWN = 60


@dataclass(slots=True)
class Readers:
    """Readers of one application process, what they got and how long they waited."""

    answered: int = 0
    stale: int = 0
    refused: int = 0
    longest: float = 0.0
    copies: dict[str, str | None] = field(default_factory=dict)
    """What the process read last, kept in its own memory."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def got(self, took: float, *, fresh: bool = False, stale: bool = False) -> None:
        with self.lock:
            self.answered += fresh
            self.stale += stale
            self.refused += not (fresh or stale)
            self.longest = max(self.longest, took)


def read(cache: NaiveCache | Cache, key: str, readers: Readers, *, keep: bool) -> None:
    """One read; with `keep` the process falls back to its own last copy, and says that it is old."""
    began = time.perf_counter()
    try:
        value = cache.get(key)
        readers.copies[key] = value
        readers.got(time.perf_counter() - began, fresh=True)
    except Overloaded:
        readers.got(time.perf_counter() - began, stale=keep and key in readers.copies)


def outage(
    protection: Protection, workshop: Workshop, /, *, readers: int, query_ms: int, patience_ms: int
) -> Shown:
    """The cache is warm, Redis is killed, and everybody reads on."""
    workshop.progress(0.0, "A server of its own starts, and the cache is filled.")
    server = workshop.server()
    clients = Clients(workshop, server.spec(), "sound", timeout=0.25)
    shop, process = Shop(Ledger(time.monotonic), 0.0), Readers()
    keys = [f"product-{number}" for number in range(ROWS)]
    for key in keys:
        shop.stock(key, "19.90")
    cache = _cache(protection, clients.of(idempotent=True), shop, patience_ms / 1000)
    for key in keys:
        read(cache, key, process, keep=False)
    warm, process = shop.queries, Readers(copies=process.copies)
    shop.delay = query_ms / 1000
    shop.expect(min(readers, cache.bypass.loads if isinstance(cache, Cache) else readers))
    workshop.progress(0.3, f"Redis is killed, and {readers} readers come, twice each.")
    server.kill()
    killed = shop.ledger.at()
    start = threading.Barrier(readers + 1)

    def work(number: int) -> None:
        try:
            start.wait(PATIENCE)
            for turn in range(2):
                read(cache, keys[(number + turn) % ROWS], process, keep=protection == "stale")
        except Exception:
            if not workshop.stopped:  # else it is the stop's doing, and nobody waits for this thread
                raise

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(readers)]
    for thread in threads:
        thread.start()
    start.wait(PATIENCE)
    began = shop.ledger.at()
    for thread in threads:
        while thread.is_alive():
            workshop.check()
            thread.join(0.05)
    workshop.progress(0.9, "All have their answer.")
    return _seen(protection, shop, process, shop.queries - warm, readers, killed, began)


def _cache(protection: Protection, redis: Redis, shop: Shop, patience: float) -> NaiveCache | Cache:
    desk = shop.desk("app")
    if protection == "none":
        return NaiveCache(redis, desk, TTL)
    lanes = UNBOUNDED if protection == "breaker" else LANES
    return Cache(redis, desk, TTL, bypass=Bypass(lanes, patience=patience, rest=60))


def _seen(
    protection: Protection,
    shop: Shop,
    process: Readers,
    queries: int,
    readers: int,
    killed: float,
    began: float,
) -> Shown:
    spans = [span for lane, span in shop.ledger.spans if lane == "database" and span.start >= killed]
    bounded = shop.most_at_once <= LANES
    tone: Tone = "bad" if not bounded else "warn" if process.refused else "good"
    says = (
        f"{plural(2 * readers, 'read')}, no Redis: {shop.most_at_once} stood before the database at once, "
        + ("no more than it can bear. " if bounded else "as many as came. ")
        + f"{process.answered:,} got the row, {process.stale:,} an old copy, {process.refused:,} an error."
    )
    lanes = (
        Lane("Redis", (Span(killed, None, "gone", "bad"),), (Mark(killed, "kill -9", "bad"),)),
        Lane("database", tuple(spans[:MOST_DRAWN])),
        Lane("readers", (Span(began, shop.ledger.at(), f"{readers} at once", tone),)),
    )
    return Shown(
        says,
        tone,
        (
            Count("At the database at once", shop.most_at_once, "", "good" if bounded else "bad"),
            Count("Queries", queries),
            Count("Got the row", process.answered),
            Count("Got an old copy", process.stale, "", "warn" if process.stale else "plain"),
            Count("Got an error", process.refused, "", "warn" if process.refused else "good"),
            Count("Longest wait", round(process.longest * 1000), "ms"),
        ),
        Timeline("Reads past a dead cache", lanes, shop.ledger.at()),
        (_table(protection),),
    )


def _table(protection: Protection) -> Table:
    """Which of the measures this trial had."""
    has = {"none": 0, "breaker": 1, "bounded": 2, "stale": 3}[protection]
    measures = (
        ("Breaker", "after one failure Redis is left alone, so nobody waits for its time-out"),
        ("Bounded concurrency", f"{LANES} direct readers at a time; the next waits, then is refused"),
        ("Stale copies", "a reader who is refused gets what this process read last"),
    )
    return Table(
        "Measures in this trial",
        ("Measure", "On", "What it does"),
        tuple(
            TableRow((name, "yes" if place < has else "no", does), "good" if place < has else "plain")
            for place, (name, does) in enumerate(measures)
        ),
    )


def limiter(fail: Literal["open", "closed"], workshop: Workshop, /, *, requests: int) -> Shown:
    """A limit of 10 a minute for one client, and Redis dies after the first 5 requests."""
    workshop.progress(0.0, "A server of its own starts.")
    server = workshop.server()
    limit, before = 10, 5
    redis = Clients(workshop, server.spec(), "sound", timeout=0.25).of(idempotent=False)
    limits = RateLimiter(redis, "api", limit, 60)
    marks: list[Mark] = []
    began = time.monotonic()
    passed = errors = 0
    for number in range(before + requests):
        if number == before:
            workshop.progress(0.3, "Redis is killed, and requests keep coming.")
            server.kill()
            killed = time.monotonic() - began
        try:
            allowed = limits.allow("ann").allowed
        except RedisError:
            workshop.check()
            errors += 1
            allowed = fail == "open"
        passed += allowed
        marks.append(Mark(time.monotonic() - began, "passes" if allowed else "refused",
                          "plain" if allowed else "warn"))  # fmt: skip
    over = max(0, passed - limit)
    says = (
        f"A limit of {limit}; Redis died after {before} requests. {passed} of {before + requests} passed: "
        + (
            f"{over} more than the limit allows."
            if over
            else "those from before; everybody else was refused."
        )
    )
    return Shown(
        says,
        "warn",
        (
            Count("Passed", passed),
            Count("Above the limit", over, "", "warn" if over else "good"),
            Count("Refused for want of an answer", 0 if fail == "open" else errors, "", "warn"),
        ),
        Timeline(
            "A limiter without Redis",
            (
                Lane("Redis", (Span(killed, None, "gone", "bad"),)),
                Lane("ann", (), tuple(marks[:MOST_DRAWN])),
            ),
            time.monotonic() - began,
        ),
    )


LIMITER = tuple(
    Trial(f"Fail {how}", partial(limiter, how), "warn", (RateLimiter.allow,)) for how in ("open", "closed")
)
WITHOUT: tuple[Experiment, ...] = (
    Experiment(
        "Reads without Redis",
        "Watch for how many readers stand before the database at once.",
        (
            Trial("No protection", partial(outage, "none"), "bad", (NaiveCache.get,)),
            Trial("A breaker alone", partial(outage, "breaker"), "bad", (Cache.get,)),
            Trial("Breaker and bounded concurrency", partial(outage, "bounded"), "warn", (Bypass.lane,)),
            Trial("Breaker, bounded, and stale copies", partial(outage, "stale"), "good", (read,)),
        ),
        (
            Integer("readers", "Readers at once", 32, 8, 80),
            Integer("query_ms", "A query takes", 150, 20, 1_000, "ms"),
            Integer("patience_ms", "A reader waits for a place", 100, 10, 2_000, "ms"),
        ),
        1.5,
    ),
    Experiment(
        "A limiter without Redis",
        "Watch for who is hurt: your database, or your customers.",
        LIMITER,
        (Integer("requests", "Requests during the outage", 20, 5, 200),),
        0.5,
    ),
)
