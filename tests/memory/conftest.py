"""The same tests with SQLite and with a real PostgreSQL; a clock that moves when told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memory.store import Store
from tests.memory import postgres

DAY = 86_400.0
START = 1_767_603_600.0
"""2026-01-05 09:00 UTC."""


class Time:
    """A clock that moves when told."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server for the session."""
    with postgres.started() as server:
        yield server


@pytest.fixture
def postgres_address(postgres_server: postgres.Server) -> Iterator[str]:
    """An empty PostgreSQL database."""
    with postgres_server.database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: a file, and then a real server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/progress.sqlite3"
    return str(request.getfixturevalue("postgres_address"))


Open = Callable[[], Store]


@pytest.fixture
def open_store(address: str, time: Time) -> Iterator[Open]:
    """Opens the database, as often as wished; each is like a process of its own."""
    opened: list[Store] = []

    def make() -> Store:
        store = Store(url=address, now=time, patience=30)
        assert store.problem is None
        opened.append(store)
        return store

    yield make
    problems = [store.problem for store in opened]
    for store in opened:
        store.close()
    assert problems == [None] * len(opened)


@pytest.fixture
def store(open_store: Open) -> Store:
    return open_store()
