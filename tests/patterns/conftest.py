"""The clients that every contract holds for, a clock, and a job that is done in a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

from tests.patterns.bench import Left, Time


@pytest.fixture(autouse=True)
def _begins() -> None:
    """From now on the keys of a test may lose seconds."""
    Left.began = time.monotonic()


@pytest.fixture(params=["redis", "raw_redis", "fake"], ids=["text", "bytes", "fakeredis"])
def client(request: pytest.FixtureRequest) -> Redis:
    """A client that returns text, one that returns bytes, and fakeredis."""
    return request.getfixturevalue(request.param)


@pytest.fixture(
    params=["redis", "raw_redis", "fake", "cluster_redis"], ids=["text", "bytes", "fakeredis", "cluster"]
)
def anywhere(request: pytest.FixtureRequest) -> Redis | RedisCluster:
    """The same three, and a real cluster of three primaries: what a hardened version must run on."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def nowhere() -> Iterator[Redis]:
    """A client of a server that is not there: whatever is sent to it fails at once."""
    client = Redis(unix_socket_path="/nowhere/redis.sock", retry=Retry(NoBackoff(), 0))
    yield client
    client.close()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def later() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Does something in another thread in a moment: surely after the reader has begun to wait."""
    timers: list[threading.Timer] = []

    def soon(job: Callable[[], object]) -> None:
        timers.append(threading.Timer(0.05, job))
        timers[-1].start()

    yield soon
    for timer in timers:
        timer.join(5)
