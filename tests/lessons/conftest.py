"""Benches to run lessons on: a server of one's own, a place on a shared one, and fakeredis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lab.backends import fake_backend, fake_server, private_backend
from lab.bench import Bench
from lab.server import PrivateServer


@pytest.fixture
def real_bench(redis_server: PrivateServer) -> Iterator[Bench]:
    """An empty keyspace on the embedded server."""
    bench = Bench(private_backend(redis_server), redis_server.spec())
    bench.reset()
    yield bench
    bench.reset()
    bench.close()


@pytest.fixture
def shared_bench(redis_server: PrivateServer) -> Iterator[Bench]:
    """A learner's place on a server that others use too."""
    backend = replace(private_backend(redis_server), shared=True)
    bench = Bench(backend, redis_server.spec(), "ks:ann:lesson:")
    yield bench
    bench.reset()
    bench.close()


@pytest.fixture
def fake_bench() -> Iterator[Bench]:
    """fakeredis, new and empty."""
    bench = Bench(fake_backend(), fake_server())
    yield bench
    bench.close()


@pytest.fixture(params=["redis", "shared", "fakeredis"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """One after the other."""
    name = {"redis": "real_bench", "shared": "shared_bench", "fakeredis": "fake_bench"}[request.param]
    return request.getfixturevalue(name)
