"""Progress survives a restart, and a database that fails costs one sentence, not the app."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from memory.store import Store
from memory.trouble import AGAIN_AFTER
from memory.upgrade import FILE_VERSION
from memory.where import FILE, data_folder


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A file that another program holds: the connection of that program."""
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_what_is_done_survives_a_restart(tmp_path: Path) -> None:
    Store(tmp_path / "new" / "folder").mark("lock", "Run", "ann")
    again = Store(tmp_path / "new" / "folder")
    assert again.done("ann") == {("lock", "Run")}
    assert again.done("ben") == frozenset()
    assert again.problem is None


def test_the_folder_is_the_users_own_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KEYSPACE_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("KEYSPACE_DATA")
    assert data_folder().name == "keyspace"


def test_a_damaged_file_is_told_of_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("this is no database at all, " * 50)
    store = Store(tmp_path)
    assert store.problem == (
        f"What you do now is remembered only until the app stops: {tmp_path / FILE} is damaged. "
        "Move it away to begin a new one."
    )
    store.mark("lock", "Run")
    assert store.done() == {("lock", "Run")}
    assert (tmp_path / FILE).read_text() == "this is no database at all, " * 50


def test_a_file_that_becomes_damaged_leaves_what_was_known(tmp_path: Path) -> None:
    Store(tmp_path).mark("lock", "Run")
    store = Store(tmp_path)
    (tmp_path / FILE).write_text("no database any more, " * 50)
    assert store.done() == {("lock", "Run")}
    assert "is damaged" in (store.problem or "")


def test_a_locked_file_is_told_of_and_nothing_known_is_lost(tmp_path: Path) -> None:
    Store(tmp_path).mark("lock", "Run")
    store = Store(tmp_path, patience=0.05)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store.mark("lock", "Ask")
        assert "is locked by another program" in (store.problem or "")
        assert store.done() == {("lock", "Run"), ("lock", "Ask")}


def test_what_was_done_while_the_file_was_locked_is_written_afterwards(tmp_path: Path) -> None:
    time = Time()
    Store(tmp_path).mark("lock", "Run")
    store = Store(tmp_path, patience=0.05, monotonic=time)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store.mark("lock", "Ask")
        store.mark("lock", "Run", done=False)
    assert store.problem is not None
    store.done()
    assert Store(tmp_path).done() == {("lock", "Run")}, "it is not tried again at once"
    time.now += AGAIN_AFTER
    assert store.done() == {("lock", "Ask")}
    assert store.problem is None
    assert Store(tmp_path).done() == {("lock", "Ask")}


def test_a_file_that_is_locked_at_the_start_is_used_later(tmp_path: Path, locked: sqlite3.Connection) -> None:
    time = Time()
    store = Store(tmp_path, patience=0.05, monotonic=time)
    store.mark("lock", "Run")
    assert "is locked" in (store.problem or "")
    locked.execute("ROLLBACK")
    time.now += AGAIN_AFTER
    store.visit("lock", "Run")
    assert store.problem is None
    again = Store(tmp_path)
    assert (again.done(), again.last()) == ({("lock", "Run")}, ("lock", "Run"))


def test_closing_tries_once_more(tmp_path: Path, locked: sqlite3.Connection) -> None:
    store = Store(tmp_path, patience=0.05)
    store.mark("lock", "Run")
    locked.execute("ROLLBACK")
    store.close()
    assert Store(tmp_path).done() == {("lock", "Run")}


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "folder")
    assert "Set KEYSPACE_DATA to a folder that you may write to." in (store.problem or "")
    store.mark("lock", "Run")
    assert store.done() == {("lock", "Run")}


def test_a_readonly_file_is_told_of_at_the_first_write(tmp_path: Path) -> None:
    Store(tmp_path).mark("lock", "Run")
    store = Store(url=f"sqlite:///file:{tmp_path / FILE}?mode=ro&uri=true")
    assert store.done() == {("lock", "Run")}
    assert store.problem is None
    store.mark("lock", "Ask")
    assert "cannot be written (attempt to write a readonly database)" in (store.problem or "")
    assert store.done() == {("lock", "Run"), ("lock", "Ask")}


def test_a_file_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    Store(tmp_path).mark("lock", "Run")
    for change in (
        "UPDATE alembic_version SET version_num = '9999'",
        f"PRAGMA user_version = {FILE_VERSION + 1}",
    ):
        with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
            file.execute(change)
        before = (tmp_path / FILE).read_bytes()
        store = Store(tmp_path)
        assert "was written by a newer version" in (store.problem or "")
        store.mark("lock", "Ask")
        assert store.done() == {("lock", "Ask")}
        store.close()
        assert (tmp_path / FILE).read_bytes() == before


def test_many_threads_may_write(tmp_path: Path) -> None:
    store = Store(tmp_path)
    threads = [Thread(target=store.mark, args=("lock", f"step {number}")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Store(tmp_path).done()) == 20
    assert store.problem is None


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1/0", "nonsense", "mysql://a:secret@b/c", "postgresql://a:secret@b:port/c"]
)
def test_an_address_that_is_none_is_told_of(url: str) -> None:
    store = Store(url=url)
    assert "postgresql://user:password@host/name" in (store.problem or "")
    assert "secret" not in (store.problem or "")
    store.mark("lock", "Run")
    assert store.done() == {("lock", "Run")}


def test_the_address_in_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    Store().mark("lock", "Run")
    assert (tmp_path / "other.db").exists()
    assert Store().done() == {("lock", "Run")}
