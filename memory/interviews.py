"""Mock interviews: the transcript while it goes on, the report once it is over."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from memory import schema
from memory.database import Database
from memory.values import Interview, Json

__all__ = ["Interviews"]


class Interviews:
    """The mock interviews of learners."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database, self._now = database, now

    def begin(self, learner: str, transcript: Json) -> Interview:
        """A new interview. `transcript` is whatever its page needs to go on after a reload."""
        made = Interview(secrets.token_hex(12), transcript, None, self._now())
        row = {name: getattr(made, name) for name in Interview.__slots__} | {"learner": learner}
        self._database.write(learner, lambda to: schema.put(to, schema.interview, row))
        return made

    def save(self, learner: str, interview: str, transcript: Json) -> None:
        """Keep how far it is."""
        self._update(learner, interview, transcript=transcript)

    def finish(self, learner: str, interview: str, report: Json) -> None:
        """It is over, and this came out."""
        self._update(learner, interview, report=report, finished=self._now())

    def all(self, learner: str) -> tuple[Interview, ...]:
        """Every interview, the oldest first. One without `finished` can be gone on with."""
        table = schema.interview
        query = table.select().where(table.c.learner == learner).order_by(table.c.started, table.c.id)
        return self._database.read(
            learner,
            lambda of: tuple(
                Interview(**{name: row[name] for name in Interview.__slots__})
                for row in of.execute(query).mappings()
            ),
        )

    def _update(self, learner: str, interview: str, **change: object) -> None:
        table = schema.interview
        query = table.update().where(table.c.learner == learner, table.c.id == interview).values(change)
        self._database.write(learner, lambda to: to.execute(query).rowcount)
