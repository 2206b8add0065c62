"""SQLAlchemy engines: a file, a server, a database in memory, each with transactions that really are some."""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, StaticPool

__all__ = ["file_engine", "memory_engine", "server_engine", "writing"]

_WRITES = "keyspace_writes"
_SERVERS = ("postgresql", "postgres")


def file_engine(url: sa.URL | str, patience: float) -> sa.Engine:
    """SQLite in a file, which is closed after each use: it can be moved or copied while the app runs."""
    return _sqlite(url, poolclass=NullPool, connect_args={"timeout": patience, "check_same_thread": False})


class _Passing(sqlite3.Connection):
    """Closed by whoever forgets it last: nothing in memory is worth the warning of Python 3.13."""

    def __del__(self) -> None:
        self.close()


def memory_engine() -> sa.Engine:
    """SQLite in memory, on one connection; its user keeps threads apart."""
    settings = {"check_same_thread": False, "factory": _Passing}
    return _sqlite("sqlite://", poolclass=StaticPool, connect_args=settings)


def server_engine(url: str, patience: float) -> tuple[sa.Engine, bool, str]:
    """(engine, whether it is a file, its name). Raises `ArgumentError` or `ValueError`."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return file_engine(parsed, patience), True, parsed.database or url
    if parsed.get_backend_name() not in _SERVERS:
        raise ValueError(parsed.get_backend_name())
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,  # a connection that died while nobody used it is replaced, and nobody notices
        pool_timeout=patience,
        pool_recycle=1800,
        connect_args={"connect_timeout": max(2, round(patience))},
    )
    where = parsed.host or parsed.query.get("host") or "this machine"
    return engine, False, f"the PostgreSQL database {parsed.database or ''} on {where}".replace("  ", " ")


def writing(engine: sa.Engine) -> sa.Engine:
    """The same engine, for transactions that write: SQLite then locks at the beginning, not halfway."""
    return engine.execution_options(**{_WRITES: True})


def _sqlite(url: sa.URL | str, **options: Any) -> sa.Engine:
    engine = sa.create_engine(url, **options)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.isolation_level = (
            None  # sqlite3 would begin late and commit before DDL; we begin ourselves
        )

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
