"""The live cache in front of a slow database: hits, misses, changes, absent rows, and either side failing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lessons.cache_aside.shop import Ledger, Shop
from lessons.inputs import Input, Integer, Text
from lessons.model import Action, Count, Run, Shown
from lessons.notes import note
from lessons.pictures import Picture, Tone
from lessons.staging import load_scripts, plural, times
from patterns.cache_aside import Bypass, Cache, DatabaseError

if TYPE_CHECKING:
    from lab.bench import Bench

WHO = Text("who", "Client", "ann")
KEY = Text("key", "Product", "shoe-7", "The row's key.")
DELAY = Integer("delay_ms", "Each query takes", 150, 0, 2_000, "ms", "The database is held for that long.")
TTL = Integer("ttl", "Fresh for", 60, 1, 86_400, "s")
STALE = 60


def shop(bench: Bench) -> Shop:
    return note(bench, "shop", lambda: Shop(Ledger(bench.clock)))


def picture(bench: Bench) -> Picture:
    return shop(bench).ledger.timeline("Reads and the queries they caused")


def cache_of(bench: Bench, who: str, ttl: int = 60, redis: Redis | None = None) -> Cache:
    """The cache as this client uses it."""
    load_scripts(bench, "cache_aside")
    return Cache(
        redis or bench.client(who),
        shop(bench).desk(who),
        ttl,
        namespace=bench.namespace,
        stale=STALE,
        now=bench.clock,
        bypass=Bypass(rest=0),
    )


def reads(bench: Bench, who: str, cache: Cache, key: str) -> tuple[str | None, int, float]:
    """Read, and say how many queries it took and how many milliseconds."""
    ledger, before = shop(bench).ledger, shop(bench).queries
    start = ledger.at()
    try:
        value = cache.get(key)
    except DatabaseError:
        ledger.span(who, start, "error", "bad")
        raise
    queries, milliseconds = shop(bench).queries - before, (ledger.at() - start) * 1000
    ledger.span(who, start, "miss" if queries else "hit", "warn" if queries else "good")
    return value, queries, milliseconds


def shown(bench: Bench, says: str, tone: Tone = "good", *counts: Count) -> Shown:
    return Shown(says, tone, counts, picture(bench))


def read(bench: Bench, /, *, who: str, key: str, delay_ms: int, ttl: int) -> Shown:
    """Read a product. The first reader pays for the others."""
    shop(bench).stock(key, "19.90")
    shop(bench).delay, shop(bench).down = delay_ms / 1000, False
    value, queries, took = reads(bench, who, cache_of(bench, who, ttl), key)
    counts = (Count("Took", round(took, 1), "ms"), Count("Queries now", queries))
    if value is None:
        return shown(bench, f"There is no {key}.", "warn", *counts)
    if queries:
        says = (
            f"Miss: {who} asked the database, read {value!r} and stored it: fresh for up to "
            f"{plural(ttl, 'second')}, and kept {plural(STALE, 'second')} longer in case the database fails."
        )
        return shown(bench, says, "warn", *counts)
    return shown(
        bench, f"Hit: {who} read {value!r} from Redis, and the database heard nothing.", "good", *counts
    )


def change(bench: Bench, /, *, who: str, key: str, value: str, delay_ms: int) -> Shown:
    """Save a new value: the database first, then the copy goes and its version stays as a warning."""
    shop(bench).stock(key, "19.90")
    shop(bench).delay, shop(bench).down = delay_ms / 1000, False
    cache_of(bench, who).update(key, value)
    shop(bench).ledger.mark(who, f"changed {key}")
    return shown(
        bench,
        f"{key} is {value!r} in the database, and its copy is gone. What stays in Redis is the number of the "
        "new version, so that nobody can put an older one back.",
    )


def read_absent(bench: Bench, /, *, who: str, key: str) -> Shown:
    """Ask for what is not there. Press twice."""
    shop(bench).down = False
    value, queries, _ = reads(bench, who, cache_of(bench, who), key)
    if value is not None:
        return shown(bench, f"{key} exists: {value!r}. Ask for something that does not.", "warn")
    if queries:
        return shown(bench, f"The database has no {key}, and Redis now remembers that. Ask again.", "warn")
    return shown(bench, f"There is no {key}, and the database was not asked: absence is cached too.")


def read_while_down(bench: Bench, /, *, who: str, key: str) -> Shown:
    """The database is switched off for this read."""
    shop(bench).down = True
    before = shop(bench).queries
    try:
        value, _, _ = reads(bench, who, cache_of(bench, who), key)
    except DatabaseError as error:
        return shown(
            bench,
            f"No copy is left, so {who} gets an error: {error}. The database was asked "
            f"{times(shop(bench).queries - before)}, where the naive code asks twice.",
            "warn",
        )
    finally:
        shop(bench).down = False
    return shown(bench, f"{who} read {value!r}: {_whence(bench, key, value, shop(bench).queries - before)}.")


def _whence(bench: Bench, key: str, value: str | None, asked: int) -> str:
    """Where a value came from while the database was down."""
    if asked:
        return "an old copy, because the database failed"
    if value is None:
        return "there is no such row, and that was remembered"
    (fresh_until,) = bench.quiet().hmget(f"{bench.namespace}cache:{{{key}}}", "fresh_until")
    if float(fresh_until or 0) <= bench.clock() * 1000:
        return "an old copy; somebody asked the database a moment ago, so it is left alone"
    return "the copy; the database was not needed"


def read_without_redis(bench: Bench, /, *, who: str, key: str, delay_ms: int) -> Shown:
    """The same read with a client whose Redis cannot be reached."""
    shop(bench).stock(key, "19.90")
    shop(bench).delay, shop(bench).down = delay_ms / 1000, False
    gone = unreachable()
    try:
        value, queries, took = reads(bench, who, cache_of(bench, who, redis=gone), key)
    finally:
        gone.close()
    return shown(
        bench,
        f"Redis refused the connection. {who} read {value!r} from the database in {took:,.0f} ms, through a "
        "bypass that lets four readers in at a time.",
        "warn",
        Count("Queries now", queries),
    )


def unreachable() -> Redis:
    """A client of a server that is not there."""
    return Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0))


FOR_READING: tuple[Input, ...] = (WHO, KEY, DELAY, TTL)

LIVE = Run(
    "Read, change, and let time pass",
    (
        Action("Read a product", read, FOR_READING, (Cache.get, Cache._read, Cache._load)),
        Action(
            "Read it as somebody else",
            read,
            (Text("who", "Client", "ben"), KEY, DELAY, TTL),
            (Cache.get,),
        ),
        Action(
            "Change the product",
            change,
            (Text("who", "Client", "cem"), KEY, Text("value", "New price", "24.90"), DELAY),
            (Cache.update,),
        ),
        Action(
            "Read what does not exist",
            read_absent,
            (WHO, Text("key", "Product", "shoe-404", "Press twice.")),
            (Cache.get, Cache._load),
        ),
        Action("Read while the database is off", read_while_down, (WHO, KEY), (Cache._load,)),
        Action("Read while Redis is gone", read_without_redis, (WHO, KEY, DELAY), (Cache.get, Bypass.lane)),
    ),
    picture,
    fast_forward=(30, 70, 300),
)
