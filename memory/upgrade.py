"""Brings a database to the present schema: at once when it is empty, by steps of Alembic when it is older.

Two processes may start at once: whoever comes second waits for the lock and finds the work done. A step that
fails takes back all of them.
"""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from memory.schema import HEAD, REVISIONS, metadata, version

__all__ = ["FILE_VERSION", "Newer", "bring_up", "revision"]

FILE_VERSION = 2
"""SQLite's user_version since there are migrations: an older app (version 1) says that the file is newer."""

_LOCK_ID = (
    5_388_014_671_213_906_281  # any number that nobody else takes: PostgreSQL's advisory locks have no names
)
_ALEMBIC = threading.Lock()  # its environment is global


class Newer(Exception):
    """The database was written by a later version."""


def bring_up(engine: sa.Engine, writing: sa.Engine) -> None:
    """Leave the database with the present schema. `writing` begins transactions that lock. Raises `Newer`."""
    with engine.connect() as connection:
        if revision(connection) == HEAD:
            return
    with writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_ID)))
        found = revision(connection)
        if found == HEAD:
            return
        if found is None and not _has_first_tables(connection):
            # An error if a table is there already: it belongs to somebody else.
            metadata.create_all(connection, checkfirst=False)
            version.create(connection)
            connection.execute(version.insert().values(version_num=HEAD))
        else:
            _upgrade(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA user_version = {FILE_VERSION}")


def revision(connection: sa.Connection) -> str | None:
    """Which revision the database has; None before there were any. Raises `Newer` for an unknown one."""
    if connection.dialect.name == "sqlite":
        number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if number > FILE_VERSION:
            raise Newer(str(number))
    if not sa.inspect(connection).has_table(version.name):
        return None
    found = connection.execute(sa.select(version.c.version_num)).scalar()
    if found is not None and found not in REVISIONS:
        raise Newer(str(found))
    return found


def _has_first_tables(connection: sa.Connection) -> bool:
    """Whether this is a file from before there were migrations."""
    return connection.dialect.name == "sqlite" and sa.inspect(connection).has_table("done")


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, "head")
