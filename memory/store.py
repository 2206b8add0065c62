"""The memory of the app: done steps, the last place, and its parts for profiles, quizzes and reviews."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from memory import schema, where
from memory.attempts import Attempts
from memory.database import Database
from memory.interviews import Interviews
from memory.profiles import Profiles
from memory.reviews import Reviews

__all__ = ["Store"]


class Store:
    """What learners have done. Safe to use from several threads and several processes.

    The file in `folder`, else `url` or `DATABASE_URL`, else the file in the user's data folder. `patience` is
    how many seconds a lock or a connection may take; `now` is the clock of all that is written, `monotonic`
    the one that says when to try a database again.
    """

    def __init__(
        self,
        folder: Path | None = None,
        url: str | None = None,
        *,
        patience: float = 2.0,
        now: Callable[[], float] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if url is None:
            url = "" if folder else where.database_url()
        self.now = now or where.clock()
        self.database = Database(
            (folder or where.data_folder()) / where.FILE, url, patience=patience, now=monotonic
        )
        self.profiles = Profiles(self.database, self.now)
        self.attempts = Attempts(self.database, self.now)
        self.reviews = Reviews(self.database, self.now)
        self.interviews = Interviews(self.database, self.now)

    @property
    def problem(self) -> str | None:
        """One sentence when the database cannot be used now: we go on in memory."""
        return self.database.problem

    def done(self, learner: str = "") -> frozenset[tuple[str, str]]:
        """(lesson, step) for each step that this learner has done."""
        table = schema.done.c
        query = sa.select(table.lesson, table.step).where(table.learner == learner)
        return self.database.read(
            learner, lambda of: frozenset((row[0], row[1]) for row in of.execute(query))
        )

    def mark(self, lesson: str, step: str, learner: str = "", *, done: bool = True) -> None:
        """Note a step as done, or as not done after all."""
        key = {"learner": learner, "lesson": lesson, "step": step}
        if done:
            row = {**key, "at": self.now()}
            self.database.write(learner, lambda to: schema.put(to, schema.done, row, replace=False))
        else:
            query = schema.done.delete().where(*(schema.done.c[name] == value for name, value in key.items()))
            self.database.write(learner, lambda to: to.execute(query).rowcount)

    def visit(self, lesson: str, step: str, learner: str = "") -> None:
        """Note where the learner is, to go on from there another day."""
        row = {"learner": learner, "lesson": lesson, "step": step, "at": self.now()}
        self.database.write(learner, lambda to: schema.put(to, schema.place, row))

    def last(self, learner: str = "") -> tuple[str, str] | None:
        """(lesson, step) where the learner was last."""
        table = schema.place.c
        query = sa.select(table.lesson, table.step).where(table.learner == learner)
        row = self.database.read(learner, lambda of: of.execute(query).first())
        return (row[0], row[1]) if row else None

    def forget(self, learner: str = "") -> None:
        """Delete everything that is known of a learner, the profile too."""

        def change(to: sa.Connection) -> None:
            for table in schema.OF_A_LEARNER:
                to.execute(table.delete().where(table.c.learner == learner))

        self.database.write(learner, change)

    def close(self) -> None:
        """Let go of the database. What it has not taken yet is tried once more."""
        self.database.close()
