"""What seeing is tested with: a bench, a traced client on the real server and on fakeredis, and its log."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from lab.backend import Backend, ConnectionSpec
from lab.bench import Bench
from lab.trace import TraceLog, traced_pool

_REACH = ("path", "host", "port", "db", "server")

Traced = Callable[..., Redis]


def told(log: TraceLog) -> list[tuple[str, str]]:
    """Each command with its reply or its error."""
    return [(command.text, command.error or command.reply) for command in log.commands()]


def names(log: TraceLog) -> list[str]:
    return [command.name for command in log.commands()]


@pytest.fixture
def spec(any_redis: Redis) -> ConnectionSpec:
    """How to reach the server of `any_redis`."""
    pool = any_redis.connection_pool
    reach = {name: value for name, value in pool.connection_kwargs.items() if name in _REACH}
    return ConnectionSpec(pool.connection_class, {**reach, "socket_timeout": 2.0})


@pytest.fixture
def backend(any_redis: Redis) -> Backend:
    real = any_redis.connection_pool.connection_class.__name__ == "UnixDomainSocketConnection"
    return Backend("redis" if real else "fakeredis", "8.2.3", "embedded", "tests")


@pytest.fixture
def bench(backend: Backend, spec: ConnectionSpec) -> Iterator[Bench]:
    bench = Bench(backend, spec)
    yield bench
    bench.close()


@pytest.fixture
def log() -> TraceLog:
    return TraceLog()


@pytest.fixture
def traced(spec: ConnectionSpec, log: TraceLog) -> Iterator[Traced]:
    """Makes traced clients: `traced("ann", decode_responses=False, retry=...)`."""
    made: list[Redis] = []

    def make(actor: str = "app", connection_class: type | None = None, **changes: object) -> Redis:
        settings = {"decode_responses": True, "driver_info": None, **spec.kwargs, **changes}
        pool = traced_pool(settings, connection_class or spec.connection_class, log, actor)
        made.append(Redis(connection_pool=pool))
        return made[-1]

    yield make
    for client in made:
        client.connection_pool.close()
