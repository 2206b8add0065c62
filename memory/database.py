"""One database and its shadow: every write goes to both, so one that fails later leaves us with what we knew.

The shadow is an SQLite database in memory. When the real one is locked or out of reach, work goes on in the
shadow, and what is owed is written as soon as it answers again. It can be: every write is idempotent.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from memory.engines import file_engine, memory_engine, server_engine, writing
from memory.schema import OF_A_LEARNER, metadata, put
from memory.trouble import AGAIN_AFTER, TROUBLE, Trouble, explain
from memory.upgrade import bring_up

__all__ = ["Database"]

_T = TypeVar("_T")
_MOST_KNOWN = 500
"""Learners of a server whose rows the shadow holds. A file is held whole: it is one machine's."""


class Database:
    """Reads and writes for one learner at a time. Safe to use from several threads and several processes.

    `url` is a PostgreSQL or SQLite address, else it is the file `path`. `patience` is how many seconds a lock
    or a connection may take. Nothing here raises for the sake of the database; see `problem`.
    """

    def __init__(
        self, path: Path, url: str = "", *, patience: float = 2.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._one_writer = threading.Lock()
        self._shadow = memory_engine()
        self._main: sa.Engine | None = None
        self._trouble: Trouble | None = None
        self._again_at = 0.0
        self._owed: list[Callable[[sa.Connection], object]] = []
        self._known: OrderedDict[str, None] = OrderedDict()
        self._is_file, self.name = True, str(path)
        self._is_ready = False
        metadata.create_all(self._shadow)
        try:
            if not url:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._main = file_engine(f"sqlite:///{path}", patience)
            else:
                self._is_file, self.name = False, "DATABASE_URL"
                self._main, self._is_file, self.name = server_engine(url, patience)
            self._prepare()
        except (*TROUBLE, ValueError) as error:
            self._fail(error)

    @property
    def problem(self) -> str | None:
        """One sentence when the database cannot be used now: we go on in memory."""
        return self._trouble.says if self._trouble else None

    def read(self, learner: str, ask: Callable[[sa.Connection], _T]) -> _T:
        """What `ask` finds. It must select rows of this learner only."""
        if self._is_usable():
            try:
                self._know(learner)
                return self._twice(lambda: self._from_main(ask))
            except TROUBLE as error:
                self._fail(error)
        with self._lock, self._shadow.begin() as connection:
            return ask(connection)

    def write(self, learner: str, change: Callable[[sa.Connection], _T]) -> _T:
        """Make a change in one transaction. It may be made twice: the second time must change nothing."""
        is_usable = self._is_usable()
        if is_usable:
            try:
                self._know(learner)
            except TROUBLE as error:
                self._fail(error)
        with self._lock, self._shadow.begin() as connection:
            in_shadow = change(connection)
        if is_usable and self._trouble is None:
            try:
                return self._twice(lambda: self._to_main(change))
            except TROUBLE as error:
                self._fail(error)
        with self._lock:
            self._owed.append(change)
        return in_shadow

    def close(self) -> None:
        """Write what is still to be written, if that can be done at once, and let go of everything."""
        self._again_at = 0.0
        self._is_usable()
        with self._lock:
            self._shadow.dispose()
            if self._main is not None:
                self._main.dispose()

    def _prepare(self) -> None:
        """The present schema, and for a file a copy in memory."""
        assert self._main is not None
        try:
            bring_up(self._main, writing(self._main))
        except sa.exc.SQLAlchemyError:
            if self._is_file:
                self._copy_old()
            raise
        self._copy()
        self._is_ready = True

    def _copy(self) -> None:
        if self._is_file and self._main is not None:
            with self._lock, self._main.connect() as source, self._shadow.connect() as target:
                # Take the read lock first: without it `backup` waits for a locked file, and for ever.
                source.execute(sa.text("SELECT count(*) FROM sqlite_master"))
                _driver(source).backup(_driver(target))

    def _copy_old(self) -> None:
        """A file that we may read but not write, of an older schema: it is brought up in memory."""
        try:
            self._copy()
            bring_up(self._shadow, self._shadow)
        except TROUBLE:
            with self._lock:
                self._shadow.dispose()
                self._shadow = memory_engine()
                metadata.create_all(self._shadow)

    def _is_usable(self) -> bool:
        """Whether the database can be used, after trying again if that may help."""
        if self._trouble is None and not self._owed:
            return True
        if self._main is None or (self._trouble and not self._trouble.passes):
            return False
        with self._lock:
            if self._now() < self._again_at:
                return False
            try:
                if not self._is_ready:
                    bring_up(self._main, writing(self._main))
                self._to_main(self._make_up)
                self._owed.clear()
                self._copy()
            except TROUBLE as error:
                self._fail(error)
                return False
            self._is_ready, self._trouble = True, None
            return True

    def _make_up(self, connection: sa.Connection) -> None:
        for change in self._owed:
            change(connection)

    def _from_main(self, ask: Callable[[sa.Connection], _T]) -> _T:
        assert self._main is not None
        with self._main.connect() as connection:
            return ask(connection)

    def _to_main(self, change: Callable[[sa.Connection], _T]) -> _T:
        assert self._main is not None
        # Threads of one process need not fight for a file with time-outs.
        with self._one_writer if self._is_file else nullcontext(), writing(self._main).begin() as connection:
            return change(connection)

    def _twice(self, work: Callable[[], _T]) -> _T:
        """Once more where a server may have gone away, or have chosen us to end a deadlock."""
        try:
            return work()
        except sa.exc.OperationalError:
            if self._is_file:
                raise
            return work()

    def _know(self, learner: str) -> None:
        """Copy a learner's rows from a server into the shadow, once; let go of who was away for longest."""
        if self._is_file:
            return
        with self._lock:
            if learner in self._known:
                self._known.move_to_end(learner)
                return
        found = self._from_main(
            lambda connection: [
                (table, row)
                for table in OF_A_LEARNER
                for row in connection.execute(table.select().where(table.c.learner == learner)).mappings()
            ]
        )
        with self._lock, self._shadow.begin() as connection:
            for table, row in found:
                put(connection, table, row)
            self._known[learner] = None
            while len(self._known) > _MOST_KNOWN:
                gone, _ = self._known.popitem(last=False)
                for table in OF_A_LEARNER:
                    connection.execute(table.delete().where(table.c.learner == gone))

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, sa.exc.DataError | sa.exc.IntegrityError):
            raise error
        with self._lock:
            self._trouble = explain(self.name, error, is_file=self._is_file)
            self._again_at = self._now() + AGAIN_AFTER


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
