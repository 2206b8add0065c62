"""Learners come, go, reload and come back; what is theirs is kept exactly as long as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.pool import ServerPool
from memory.store import Store
from ui.session import GONE_AFTER, PUT_AWAY, Room


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def connected() -> set[str]:
    """The browser sessions that have a connection now."""
    return set()


@pytest.fixture
def room(time: Time, connected: set[str], tmp_path: Path) -> Iterator[Room]:
    made = Room(
        ServerPool("", now=time), Store(tmp_path), is_connected=lambda page: page in connected, now=time
    )
    yield made
    made.close()


def come(room: Room, connected: set[str], owner: str, page: str) -> None:
    connected.add(page)
    room.enter(owner, page)
    room.pool.bench(owner, "leaderboard")


def test_a_reload_keeps_the_server(room: Room, time: Time, connected: set[str]) -> None:
    come(room, connected, "ann", "page 1")
    server = room.pool.server("ann")
    connected.clear()
    time.now += 2
    room.tidy()
    come(room, connected, "ann", "page 2")
    time.now += GONE_AFTER + 1
    room.tidy()
    assert room.pool.server("ann") is server


def test_who_has_been_gone_for_a_minute_has_no_server_any_more(
    room: Room, time: Time, connected: set[str]
) -> None:
    come(room, connected, "ann", "page 1")
    come(room, connected, "ben", "page 2")
    connected.discard("page 1")
    time.now += GONE_AFTER - 1
    room.tidy()
    assert set(room.pool.owners()) == {"ann", "ben"}
    time.now += 2
    room.tidy()
    assert set(room.pool.owners()) == {"ben"}


def test_a_second_tab_keeps_what_the_first_one_leaves(room: Room, time: Time, connected: set[str]) -> None:
    come(room, connected, "ann", "page 1")
    come(room, connected, "ann", "page 2")
    connected.discard("page 1")
    time.now += 10 * GONE_AFTER
    room.tidy()
    assert room.pool.owners() == ("ann",)


def test_a_tab_that_wakes_up_later_is_told_that_it_starts_empty(
    room: Room, time: Time, connected: set[str]
) -> None:
    come(room, connected, "ann", "page 1")
    room.desk("ann").results["leaderboard", "Score", ""] = (
        "Score",
        room.pool.bench("ann", "x").run(lambda _: None),
    )  # type: ignore[assignment]
    connected.clear()
    time.now += GONE_AFTER + 1
    room.tidy()
    assert room.desk("ann").notices == [PUT_AWAY]
    assert room.desk("ann").results == {}


def test_who_idles_is_told_when_coming_back(room: Room, time: Time, connected: set[str]) -> None:
    come(room, connected, "ann", "page 1")
    time.now += 16 * 60
    room.tidy()
    assert room.pool.owners() == ()
    assert "after 15 minutes without use" in (room.pool.notice("ann") or "")


def test_a_fault_in_tidying_up_does_not_end_it(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    turns = iter([False, False, True])
    tidied: list[int] = []

    def breaks() -> None:
        tidied.append(1)
        raise RuntimeError("no such owner")

    monkeypatch.setattr(room, "tidy", breaks)
    monkeypatch.setattr(room._closing, "wait", lambda _: next(turns))
    room.watch()
    assert len(tidied) == 2
    assert "no such owner" in caplog.text
