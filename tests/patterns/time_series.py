"""What the tests of the series share: where each version runs, series of seconds, and their buckets.

The module runs wherever the server loads it, and in fakeredis, which imitates it in part: it leaves the open
bucket and late samples out of what a rule compacts, orders samples by arrival, and drops nothing that is too
old. So what depends on that is held to the real module where there is one, and to core.py everywhere; and a
test says what fakeredis does, so that we hear when it learns better.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fakeredis
import pytest
from redis import Redis

from lab.chain import find_servers
from patterns.time_series import Bucket, CoreSeries, NaiveSeries, Series

LOADED = next(
    "timeseries" in {module.name for module in server.loaded} for server in find_servers() if server.usable
)
REAL = ("redis", "raw_redis") if LOADED else ()
KEY = "series:{cpu}"
NOON = 1_800_000_000_000
HOUR = 3_600_000
Version = type[NaiveSeries] | type[Series] | type[CoreSeries]
Make = Callable[..., Any]
CORE = ("redis", "raw_redis", "fake", "cluster_redis")


def places(*pairs: tuple[Version, tuple[str, ...]]) -> Any:
    return pytest.mark.parametrize(
        ("version", "where"),
        [
            pytest.param(version, where, id=f"{version.__name__}-{where}")
            for version, clients in pairs
            for where in clients
        ],
    )


EVERYWHERE = places((NaiveSeries, (*REAL, "fake")), (Series, (*REAL, "fake")), (CoreSeries, CORE))
KEPT = places((Series, (*REAL, "fake")), (CoreSeries, CORE))
FAITHFUL = places((Series, REAL), (CoreSeries, CORE))


@pytest.fixture
def fake() -> Redis:
    """fakeredis in the shape of Redis 8; as Redis 7 it has no default policy for duplicates."""
    return fakeredis.FakeRedis(
        server=fakeredis.FakeServer(version=(8, 0)), version=(8, 0), decode_responses=True
    )


@pytest.fixture
def make(version: Version, where: str, request: pytest.FixtureRequest) -> Make:
    """Makes series of seconds, kept for a minute, on a clock that stands at an hour past noon."""
    client = request.getfixturevalue(where)
    options: dict[str, Any] = {"bucket_ms": 1_000}
    if version is not NaiveSeries:
        options |= {"keep": 60, "keep_buckets": 600, "now": lambda: (NOON + HOUR) / 1_000}
    return lambda metric="cpu", **more: version(client, metric, **{**options, **more})


def bucket(at_ms: int, *values: float) -> Bucket:
    return Bucket(at_ms, len(values), sum(values), min(values), max(values))
