"""A database of any earlier version becomes the present one and loses nothing; two may start at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from memory import migrations, schema, upgrade
from memory.engines import server_engine, writing
from memory.store import Store
from memory.where import FILE

ROOT = Path(__file__).parents[2]
VERSION_1 = """
CREATE TABLE done (
    learner TEXT NOT NULL, lesson TEXT NOT NULL, step TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (learner, lesson, step)
);
CREATE TABLE place (
    learner TEXT PRIMARY KEY, lesson TEXT NOT NULL, step TEXT NOT NULL, at REAL NOT NULL
);
INSERT INTO done VALUES ('ann', 'lock', 'Run', 5.5), ('ann', 'lock', 'Ask', 6.5), ('ben', 'lock', 'Run', 7.5);
INSERT INTO place VALUES ('ann', 'lock', 'Ask', 6.5);
PRAGMA user_version = 1;
"""
KNOWN = (frozenset({("lock", "Run"), ("lock", "Ask")}), ("lock", "Ask"))


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    """A file as the first version has left it."""
    with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.executescript(VERSION_1)
    return tmp_path / FILE


def test_the_list_of_revisions_is_the_one_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert tuple(one.revision for one in reversed(list(script.walk_revisions()))) == schema.REVISIONS


def test_every_table_belongs_to_a_learner() -> None:
    assert all("learner" in table.primary_key.columns for table in schema.OF_A_LEARNER)


def test_a_file_of_version_1_is_taken_over(old_file: Path) -> None:
    store = Store(old_file.parent)
    assert store.problem is None
    assert (store.done("ann"), store.last("ann")) == KNOWN
    assert store.done("ben") == {("lock", "Run")}
    with closing(sqlite3.connect(old_file)) as file:
        assert file.execute("SELECT at FROM done ORDER BY at").fetchall() == [(5.5,), (6.5,), (7.5,)]
        # An app of the first version refuses a file with a larger number: it would not know the new tables.
        assert file.execute("PRAGMA user_version").fetchone()[0] > 1
    store.profiles.rename("ann", "Ann")
    assert Store(old_file.parent).profiles.get("ann").name == "Ann"


def test_a_file_of_version_1_that_may_not_be_written_is_still_read(old_file: Path) -> None:
    before = old_file.read_bytes()
    store = Store(url=f"sqlite:///file:{old_file}?mode=ro&uri=true")
    assert "cannot be written" in (store.problem or "")
    assert (store.done("ann"), store.last("ann")) == KNOWN
    store.profiles.rename("ann", "Ann")
    assert store.profiles.get("ann").name == "Ann"
    assert old_file.read_bytes() == before


def test_a_step_that_fails_takes_back_all(old_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (x INTEGER)")
        raise sa.exc.OperationalError("step", {}, Exception("the disk is full"))

    monkeypatch.setattr(upgrade, "_upgrade", breaks)
    store = Store(old_file.parent)
    assert "cannot grow" in (store.problem or "")
    with closing(sqlite3.connect(old_file)) as file:
        assert {row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} == {
            "done",
            "place",
        }


@pytest.mark.parametrize("from_nothing", [True, False])
def test_steps_and_tables_lead_to_the_same(address: str, from_nothing: bool) -> None:
    engine, _, _ = server_engine(address, 30)
    try:
        if from_nothing:
            upgrade.bring_up(engine, writing(engine))
        else:
            with writing(engine).begin() as connection:
                upgrade._upgrade(connection)
        with engine.connect() as connection:
            assert upgrade.revision(connection) == schema.HEAD
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            ours = sa.MetaData()
            for table in schema.metadata.tables.values():
                table.to_metadata(ours)
            schema.version.to_metadata(ours)
            assert compare_metadata(context, ours) == []
    finally:
        engine.dispose()


def test_a_start_without_a_step_to_take_does_not_import_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from memory.store import Store; from pathlib import Path;"
        "store = Store(Path(sys.argv[1]));"
        "store.mark('a', 'b'); assert store.problem is None;"
        "print(*[name for name in ('alembic', 'psycopg', 'fsrs') if name in sys.modules])"
    )
    for _ in range(2):
        told = subprocess.run(
            [sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == ""


def test_a_table_of_somebody_else_is_left_alone(postgres_address: str) -> None:
    engine, _, _ = server_engine(postgres_address, 30)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE answer (theirs INTEGER)")
    store = Store(url=postgres_address)
    assert "Give Keyspace a database of its own" in (store.problem or "")
    store.mark("lock", "Run")
    assert store.done() == {("lock", "Run")}
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["answer"]
    engine.dispose()
    store.close()


def test_a_newer_server_is_not_touched(postgres_address: str) -> None:
    Store(url=postgres_address).close()
    engine, _, _ = server_engine(postgres_address, 30)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    store = Store(url=postgres_address)
    assert "was written by a newer version (schema 9999)" in (store.problem or "")
    store.close()
