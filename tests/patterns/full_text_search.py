"""What the tests of the searches share: where each version runs, and a small library."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.cluster import RedisCluster

from patterns.full_text_search import CoreSearch, NaiveSearch, Search
from patterns.full_text_search.document import Found

Any_Search = NaiveSearch | Search | CoreSearch
BASE = "search:{docs}"
MODULE = [(Search, "redis"), (Search, "raw_redis")]  # fakeredis and the cluster have no search module
CORE = [(CoreSearch, where) for where in ("redis", "raw_redis", "fake", "cluster_redis")]
NAIVE = [(NaiveSearch, where) for where in ("redis", "raw_redis", "fake")]


def everywhere(*versions: tuple[type[Any_Search], str]) -> pytest.MarkDecorator:
    """Each version on each client that it can run on."""
    ids = [f"{version.__name__}-{where}" for version, where in versions]
    return pytest.mark.parametrize(("version", "where"), versions, ids=ids)


@pytest.fixture
def client(where: str, request: pytest.FixtureRequest) -> Redis | RedisCluster:
    found = request.getfixturevalue(where)
    if where != "cluster_redis" and where != "fake":
        for index in found.execute_command("FT._LIST"):
            found.execute_command("FT.DROPINDEX", index)
    return found


@pytest.fixture
def search(version: type[Any_Search], client: Redis) -> Any_Search:
    return version(client, "docs")


def library(search: Any_Search) -> Any_Search:
    search.put("locks", "Redis locks", "A lease expires; a fence does not.", ["redis", "safety"])
    search.put("caches", "Caches", "A stampede of readers, and redis in front of locks.", ["redis"])
    search.put("cafe", "Žofie's café", "Crème brûlée, 100 % vegan: tea_time!", ["food & drink"])
    return search


def ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits]
