"""Redlock: a majority, in time, and nothing left behind without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from lab.topology import TcpServer, start_independent
from lessons.when_redis_fails.redlock import Redlock

KEY = "lock:{report}"


@pytest.fixture(scope="module")
def five() -> Iterator[tuple[TcpServer, ...]]:
    with start_independent(5) as servers:
        yield servers


@pytest.fixture
def servers(five: tuple[TcpServer, ...]) -> Iterator[list[Redis]]:
    clients = [server.client() for server in five]
    for client in clients:
        client.flushall()
    yield clients
    for client in clients:
        client.close()


class Ticking:
    """A clock that moves on at each look."""

    def __init__(self, step: float) -> None:
        self.time, self.step = 0.0, step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def test_the_holder_has_all_and_the_next_one_none_until_it_is_given_back(servers: list[Redis]) -> None:
    ann, ben = Redlock(servers, "report"), Redlock(servers, "report")
    grant = ann.acquire()
    assert grant is not None
    assert grant.servers == 5
    assert ben.acquire() is None
    assert [client.get(KEY) for client in servers] == [grant.token] * 5
    assert ann.release(grant) == 5
    assert ann.release(grant) == 0
    assert ben.acquire() is not None


def test_a_minority_that_is_taken_does_not_matter_and_keeps_its_holder(servers: list[Redis]) -> None:
    for client in servers[:2]:
        client.set(KEY, "another")
    grant = Redlock(servers, "report").acquire()
    assert grant is not None
    assert grant.servers == 3
    assert [client.get(KEY) for client in servers[:2]] == ["another"] * 2


def test_without_a_majority_nothing_is_left_behind(servers: list[Redis]) -> None:
    for client in servers[:3]:
        client.set(KEY, "another")
    assert Redlock(servers, "report").acquire() is None
    assert [client.get(KEY) for client in servers] == ["another"] * 3 + [None] * 2


def test_what_asking_took_and_the_drift_come_off_the_validity(servers: list[Redis]) -> None:
    grant = Redlock(servers, "report", 10_000, now=Ticking(4.0)).acquire()
    assert grant is not None
    assert grant.validity_ms == pytest.approx(10_000 - 4_000 - 100 - 2)
    assert grant.until == pytest.approx(12.0 + grant.validity_ms / 1_000)


def test_a_majority_that_came_too_late_is_given_back(servers: list[Redis]) -> None:
    assert Redlock(servers, "report", 10_000, now=Ticking(9.9)).acquire() is None
    assert [client.exists(KEY) for client in servers] == [0] * 5


def test_the_grant_of_another_releases_nothing(servers: list[Redis]) -> None:
    ann = Redlock(servers, "report")
    grant = ann.acquire()
    assert grant is not None
    assert Redlock(servers, "report").release(replace(grant, token="forged")) == 0


def test_servers_that_are_gone_count_as_a_no(servers: list[Redis]) -> None:
    with start_independent(2) as two:
        gone = [server.client() for server in two]
    grant = Redlock([*servers[:3], *gone], "report").acquire()
    assert grant is not None
    assert grant.servers == 3
    assert Redlock([*servers[3:], *gone], "other").acquire() is None
