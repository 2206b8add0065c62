"""Reading a row through a cache: one that is there, and one that must be loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks._contest import Batch, Contest, Contestant, Peer, repeat
from benchmarks._place import Place

VALUE = "a row of the database, as long as rows are " * 3
TTL = 300
Keys = Callable[[Place], Callable[[], str]]


def one(place: Place) -> Callable[[], str]:
    """The same key every time: the first call loads it, all others hit."""
    return lambda: "row"


def another(place: Place) -> Callable[[], str]:
    """A key that nobody has read yet: every call is a miss."""
    return lambda: f"row-{place.new()}"


def floor(place: Place, keys: Keys) -> Batch:
    redis, key = place.client(), keys(place)

    def once() -> object:
        entry = f"floor:{key()}"
        value = redis.get(entry)
        if value is None:
            value = VALUE
            redis.set(entry, value, ex=TTL)
        return value

    return repeat(once)


def ours(place: Place, keys: Keys) -> Batch:
    from patterns.cache_aside import Cache, Row

    class Rows:
        def load(self, key: str) -> Row | None:
            return Row(VALUE, 1)

        def save(self, key: str, value: str) -> Row:
            raise NotImplementedError

    cache, key = Cache(place.client(), Rows(), TTL), keys(place)
    return repeat(lambda: cache.get(key()))


def dogpile(place: Place, keys: Keys) -> Batch:
    from dogpile.cache import make_region

    pool = place.client(decode_responses=False).connection_pool
    arguments = {
        "connection_pool": pool,
        "distributed_lock": True,
        "thread_local_lock": False,
        "lock_timeout": 5,
        "redis_expiration_time": TTL + 60,
    }
    region = make_region().configure("dogpile.cache.redis", expiration_time=TTL, arguments=arguments)
    key = keys(place)
    return repeat(lambda: region.get_or_create(f"dogpile:{key()}", lambda: VALUE))


def cashews(place: Place, keys: Keys, **options: Any) -> Batch:
    from cashews import Cache

    cache, key = Cache(), keys(place)
    cache.setup(place.url, socket_timeout=5, client_side=False, suppress=False)
    place.at_end(lambda: place.wait_for(cache.close()))

    @cache(ttl=TTL, key="cashews:{key}", **options)
    async def load(key: str) -> str:
        return VALUE

    return place.repeat(lambda: load(key()))


def walrus(place: Place, keys: Keys) -> Batch:
    from walrus import Database

    cache = place.client(Database, decode_responses=False).cache("walrus", default_timeout=TTL)
    load, key = cache.cached()(lambda key: VALUE), keys(place)
    return repeat(lambda: load(key()))


NO_GUARD = "A plain TTL: all who miss load, and an old row can be stored over a newer one."
ONE_EVENT_LOOP = "asyncio; one call at a time"


def contest(job: str, keys: Keys) -> Contest:
    return Contest(
        "cache_aside",
        job,
        Contestant("GET, on a miss SET EX", NO_GUARD, lambda place: floor(place, keys)),
        Contestant(
            "Cache",
            "One of all who miss loads, the others wait or take the old copy; an old row never comes back "
            "over a newer one; absent rows are remembered; a failing Redis or database is survived.",
            lambda place: ours(place, keys),
        ),
        (
            Peer(
                "dogpile.cache, distributed lock",
                "One of all who miss loads, the others wait or take the old copy. An old row can come back.",
                lambda place: dogpile(place, keys),
                "dogpile.cache",
                "weaker",
                "A hit is a plain GET; its Python and pickle take about as long as our script.",
            ),
            Peer(
                f"cashews, lock ({ONE_EVENT_LOOP})",
                "One of all who miss loads, the others wait. An old row can come back.",
                lambda place: cashews(place, keys, lock=True),
                "cashews",
                "weaker",
            ),
            Peer(
                f"cashews ({ONE_EVENT_LOOP})",
                NO_GUARD,
                lambda place: cashews(place, keys),
                "cashews",
                "weaker",
            ),
            Peer(
                "walrus cached",
                NO_GUARD,
                lambda place: walrus(place, keys),
                "walrus",
                "weaker",
                "It is the floor with pickle: a plain GET, and a plain SET that looks at nobody.",
            ),
        ),
    )


CONTESTS = (
    contest("read a row that is cached", one),
    contest("read a row that must be loaded", another),
)
