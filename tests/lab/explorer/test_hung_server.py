"""A server that says nothing any more, or hangs up: told, and of no use to the next exploration."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from lab.explorer import backend, explore
from lab.explorer.backend import RedisBackend
from lab.scenario import Scenario
from lab.server import PrivateServer, start_private_server

SCENARIO = Scenario({"ann": lambda redis: redis.incr("n"), "ben": lambda redis: redis.incr("n")})


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    with start_private_server() as started:
        yield started


def test_a_server_that_hangs_is_given_up_after_its_time(
    server: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "_PATIENCE", 1)
    asked = RedisBackend(server.socket)
    server.signal(signal.SIGSTOP)
    verdict = explore(SCENARIO, backend=asked)
    assert verdict.status == "unsupported"
    assert "the server gave no answer for 1 s" in verdict.says
    assert asked.gone


def test_a_server_that_is_gone_is_told_at_once(server: PrivateServer) -> None:
    asked = RedisBackend(server.socket)
    server.kill()
    verdict = explore(SCENARIO, backend=asked)
    assert verdict.status == "unsupported"
    assert "the server closed the connection" in verdict.says
    assert asked.gone
