"""Faults against the cache: Redis dies with readers before it, and Redis hangs while they keep coming."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError
from redis.retry import Retry

from lessons.cache_aside.shop import Ledger, Shop
from lessons.inputs import Integer
from lessons.model import Count, Experiment, Fault, Shown, Trial
from lessons.pictures import Bar, Bars
from lessons.staging import plural
from patterns.cache_aside import Bypass, Cache, CacheError, NaiveCache

if TYPE_CHECKING:
    from lab.workshop import Workshop

Version = Literal["naive", "hardened"]

KEY, VALUE = "shoe-7", "89 euros"
LANES = 4
TIME_OUT = 0.2  # seconds that a client of these experiments waits for Redis
SLOW, PATIENCE = 0.3, 0.1  # seconds: a query of the database; a reader who waits for a lane

READERS = Integer("readers", "Readers at once", 24, 8, 60, help="Each is a real thread.")
READS = Integer("reads", "Reads, one after the other", 5, 2, 12)


def dies(workshop: Workshop, version: Version, *, readers: int) -> Shown:
    """Redis is killed, and everybody who reads now needs the database."""
    workshop.progress(0.1, "A Redis with the row in it")
    shop = Shop(Ledger(time.monotonic), SLOW)
    shop.stock(KEY, VALUE)
    server = workshop.server()
    clients = [_client(workshop, server.spec().client) for _ in range(readers)]
    bypass = Bypass(LANES, patience=PATIENCE, rest=60)
    caches = [_cache(version, one, shop, f"reader {place}", bypass) for place, one in enumerate(clients)]
    caches[0].get(KEY)
    asked = shop.queries
    shop.expect(readers if version == "naive" else LANES)
    workshop.progress(0.4, "Redis is killed; all read at once")
    server.kill()
    start = threading.Barrier(readers)
    with ThreadPoolExecutor(readers) as pool:
        answers = list(pool.map(lambda one: _read(one, start), caches))
    workshop.check()
    served, refused = answers.count("served"), answers.count("refused")
    bounded = shop.most_at_once <= LANES
    return Shown(
        f"Redis is dead. {shop.most_at_once} of {readers} readers stood before the database at once, "
        f"{plural(served, 'was served', 'were served')} and {refused} got an error that says why.",
        "good" if bounded else "bad",
        (
            Count("Most at once", shop.most_at_once, "queries", "good" if bounded else "bad"),
            Count("Queries in all", shop.queries - asked),
            Count("Refused", refused, "readers", "warn" if refused else "plain"),
        ),
        _bars(
            "Before the database while Redis is dead",
            (("Readers", readers), ("At once before it", shop.most_at_once), ("Refused", refused)),
        ),
    )


def hangs(workshop: Workshop, version: Version, *, reads: int) -> Shown:
    """Redis is stopped (SIGSTOP): it takes connections and answers nobody."""
    workshop.progress(0.1, "A Redis with the row in it")
    shop = Shop(Ledger(time.monotonic))
    shop.stock(KEY, VALUE)
    server = workshop.server()
    client = _client(workshop, server.spec().client)
    cache = _cache(version, client, shop, "reader", Bypass(LANES, rest=60))
    cache.get(KEY)
    waits, given_up = [], _given_up(client)
    server.signal(signal.SIGSTOP)
    try:
        for number in range(reads):
            workshop.progress(0.2 + 0.7 * number / reads, f"Read {number + 1} of {reads}: Redis hangs")
            began = time.monotonic()
            cache.get(KEY)
            waits.append(time.monotonic() - began)
    finally:
        server.signal(signal.SIGCONT)
    timed_out = len(given_up)
    return Shown(
        f"{timed_out} of {plural(reads, 'read')} waited for a time-out of {TIME_OUT * 1000:g} ms, "
        f"and then for the database. The readers waited {sum(waits) * 1000:,.0f} ms in all.",
        "good" if timed_out <= 1 else "bad",
        (Count("Time-outs", timed_out, "", "good" if timed_out <= 1 else "bad"),),
        _bars(
            "What each read waited for",
            tuple((f"Read {number}", round(wait * 1000)) for number, wait in enumerate(waits, 1)),
            "ms",
            1_500 * TIME_OUT,
        ),
    )


def _cache(version: Version, redis: Redis, shop: Shop, who: str, bypass: Bypass) -> NaiveCache | Cache:
    desk = shop.desk(who)
    return NaiveCache(redis, desk) if version == "naive" else Cache(redis, desk, bypass=bypass)


def _client(workshop: Workshop, make: object) -> Redis:
    assert callable(make)
    client: Redis = make(socket_timeout=TIME_OUT, retry=Retry(NoBackoff(), 0))
    return workshop.closing(client)


def _given_up(client: Redis) -> list[TimeoutError]:
    """The time-outs that the client meets from now on. The code that uses it notices nothing."""
    found: list[TimeoutError] = []
    send: Callable[..., Any] = client.execute_command

    def sent(*args: Any, **options: Any) -> Any:
        try:
            return send(*args, **options)
        except TimeoutError as error:
            found.append(error)
            raise

    client.execute_command = sent  # type: ignore[method-assign]
    return found


def _read(cache: NaiveCache | Cache, start: threading.Barrier) -> str:
    start.wait(30)
    try:
        return "served" if cache.get(KEY) == VALUE else "wrong"
    except CacheError:
        return "refused"


def _bars(title: str, found: Sequence[tuple[str, int]], unit: str = "", until: float = 0) -> Bars:
    return Bars(title, tuple(Bar(label, value) for label, value in found), unit, until=until)


def naive_dies(workshop: Workshop, /, *, readers: int) -> Shown:
    return dies(workshop, "naive", readers=readers)


def hardened_dies(workshop: Workshop, /, *, readers: int) -> Shown:
    return dies(workshop, "hardened", readers=readers)


def naive_hangs(workshop: Workshop, /, *, reads: int) -> Shown:
    return hangs(workshop, "naive", reads=reads)


def hardened_hangs(workshop: Workshop, /, *, reads: int) -> Shown:
    return hangs(workshop, "hardened", reads=reads)


FAULTS = (
    Experiment(
        "Redis dies under load",
        watch="Watch for how many stand before the database at once. It was sized for the misses.",
        trials=(
            Trial("Naive: everybody asks the database", naive_dies, "bad", (NaiveCache.get,)),
            Trial("Hardened: four at a time", hardened_dies, "good", (Cache.get, Bypass.lane)),
        ),
        inputs=(READERS,),
        seconds=1.0,
    ),
    Experiment(
        "Redis hangs",
        watch="Watch for who pays the time-out: every read, or only the first of a row of reads.",
        trials=(
            Trial("Naive: every read waits", naive_hangs, "bad", (NaiveCache.get,)),
            Trial("Hardened: Redis is left alone", hardened_hangs, "good", (Cache.get, Bypass.trip)),
        ),
        inputs=(READS,),
        seconds=2.0,
    ),
)

FAULT = Fault("Redis dies, Redis hangs", FAULTS)
