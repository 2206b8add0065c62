"""The races of the cache: a reader and a writer, many readers at once, a database that fails."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from lab.scenario import Faults, Scenario
from lessons.crew import crew
from lessons.model import Race, Version
from patterns.cache_aside import (
    Cache,
    CacheError,
    DatabaseError,
    NaiveCache,
    NotInvalidated,
    Row,
    StillLoading,
)

MAY_RAISE = (RedisConnectionError, DatabaseError, CacheError, OSError)
ROW = "row:price"


class Table:
    """The database: one row, in a hash on the same server, so that every query is a step of the race.

    It stands on another host in truth. So its replies arrive even where Redis' are lost.
    """

    def __init__(self, redis: Redis, *, down: bool = False) -> None:
        self.redis, self.down = redis, down

    def load(self, key: str) -> Row | None:
        with self.redis.pipeline(transaction=True) as query:
            query.hincrby(ROW, "queries", 1)
            query.hmget(ROW, "value", "version")
            value, version = query.execute()[1]
        if self.down:
            raise OSError("the database does not answer")
        return None if value is None else Row(value, int(version))

    def save(self, key: str, value: str) -> Row:
        with self.redis.pipeline(transaction=True) as query:
            query.hset(ROW, "value", value)
            query.hincrby(ROW, "version", 1)
            return Row(value, int(query.execute()[1]))


def cache(redis: Redis, version: Version, *, down: bool = False) -> NaiveCache | Cache:
    """Nobody waits for anybody here: a reader who would have to is told so at once."""
    table = Table(redis, down=down)
    if version == "naive":
        return NaiveCache(redis, table)
    return Cache(redis, table, wait=0, monotonic=lambda: 0.0, random=lambda: 0.5)


def read(redis: Redis, version: Version, name: str) -> str | None:
    """A reader wants the price."""
    return cache(redis, version).get("price")


def read_in_trouble(redis: Redis, version: Version, name: str) -> str | None:
    """A reader wants the price while the database is down."""
    return cache(redis, version, down=True).get("price")


def raise_price(redis: Redis, version: Version) -> None:
    """A writer changes it."""
    cache(redis, version).update("price", "2 euros")


def priced(redis: Redis) -> None:
    redis.hset(ROW, mapping={"value": "1 euro", "version": 1})


def no_old_copy(redis: Redis, results: Mapping[str, Any], *, version: Version) -> str | None:
    """Once the writer is done; one who could not tell Redis knows that, and so do we."""
    if "the shop" not in results or isinstance(results["the shop"], NotInvalidated | DatabaseError):
        return None
    row = redis.hget(ROW, "value")
    try:
        copy = cache(redis, version).get("price")
    except StillLoading:
        return None
    return None if copy == row else f"stale set: the row says {row!s}, and the cache {copy}"


def asked_once(redis: Redis, results: Mapping[str, Any]) -> str | None:
    queries = int(redis.hget(ROW, "queries") or 0)
    return f"stampede: {queries} readers asked the database for one row" if queries > 1 else None


def asked_once_each(redis: Redis, results: Mapping[str, Any], *, readers: int) -> str | None:
    queries = int(redis.hget(ROW, "queries") or 0)
    return (
        f"double query: {readers} readers made {queries} queries to a database that is down"
        if queries > readers
        else None
    )


def read_and_write(version: Version, clients: int, faults: Faults) -> Scenario:
    readers = crew(clients - 1, read, version=version)
    return Scenario(
        {**readers, "the shop": partial(raise_price, version=version)},
        partial(no_old_copy, version=version),
        priced,
        faults=faults,
        may_raise=MAY_RAISE,
    )


def all_at_once(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, read, version=version), asked_once, priced, faults=faults, may_raise=MAY_RAISE
    )


def database_down(version: Version, clients: int, faults: Faults) -> Scenario:
    return Scenario(
        crew(clients, read_in_trouble, version=version),
        partial(asked_once_each, readers=clients),
        priced,
        faults=faults,
        may_raise=MAY_RAISE,
    )


RACES = (
    Race(
        "A reader and a writer",
        invariant="When the writer is done, the cache holds the new price or none.",
        look="The reader has the old row in hand. The writer saves and deletes; then comes the reader's SET.",
        anomaly="stale set",
        scenario=read_and_write,
        naive=(NaiveCache.get, NaiveCache.update),
        hardened=(Cache.get, Cache.update),
        most_clients=3,
        faults=Faults(lost_replies=1, time_jumps=1),
        most_faults=Faults(lost_replies=2, time_jumps=2),
        beyond="A writer who dies between database and Redis leaves the old copy until its TTL is over.",
    ),
    Race(
        "A popular row is gone",
        invariant="However many readers miss the row, one of them asks the database.",
        look="GET finds nothing, for all of them, before the first SET. (Nobody waits here.)",
        anomaly="stampede",
        scenario=all_at_once,
        naive=(NaiveCache.get,),
        hardened=(Cache.get,),
        clients=3,
        most_clients=4,
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=2),
        beyond="A reader whose Redis call failed asks the database itself, and when a lease ends the next "
        "reader loads.",
    ),
    Race(
        "The database is down",
        invariant="A database that fails is asked once by each reader.",
        look="One catch around both: the database's error is taken for Redis', and it is asked again.",
        anomaly="double query",
        scenario=database_down,
        naive=(NaiveCache.get,),
        hardened=(Cache.get,),
        faults=Faults(crashes=1),
        most_faults=Faults(crashes=2, lost_replies=1, time_jumps=1),
    ),
)
