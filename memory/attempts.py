"""Quizzes that a reload does not lose: attempts, what was answered in them, and questions that were marked.

An answer counts once: the first one for a question in an attempt stays, whatever is sent afterwards by a
second tab, a second process or a second click, because the reveal follows it. What may still change before
that (a choice not sent, a confidence, a whole timed sheet) is kept in `Attempt.state`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from memory import reviews, schema
from memory.database import Database
from memory.values import Answer, Attempt, Flag, Json

__all__ = ["Attempts"]


class Attempts:
    """The attempts, answers and flags of learners. The id of another learner finds nothing."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database, self._now = database, now

    def begin(
        self,
        learner: str,
        questions: Sequence[str],
        *,
        seed: int,
        filter: Mapping[str, Json] | None = None,
        state: Mapping[str, Json] | None = None,
    ) -> Attempt:
        """A new attempt at these questions, in this order. Its `id` is 24 hexadecimal digits."""
        attempt = Attempt(
            secrets.token_hex(12), learner, tuple(questions), seed, filter or {}, 0, state or {}, self._now()
        )
        row = {
            "learner": learner, "id": attempt.id, "filter": dict(attempt.filter), "seed": seed,
            "questions": list(questions), "position": 0, "state": dict(attempt.state),
            "started": attempt.started, "finished": None,
        }  # fmt: skip
        self._database.write(learner, lambda to: schema.put(to, schema.attempt, row))
        return attempt

    def get(self, learner: str, attempt: str) -> Attempt | None:
        """The attempt of that id."""
        found = self._select(learner, schema.attempt.c.id == attempt)
        return found[0] if found else None

    def unfinished(self, learner: str) -> Attempt | None:
        """The last attempt that was begun and not finished: what to resume."""
        found = self._select(learner, schema.attempt.c.finished.is_(None))
        return found[-1] if found else None

    def all(self, learner: str) -> tuple[Attempt, ...]:
        """Every attempt, the oldest first."""
        return self._select(learner)

    def move(
        self,
        learner: str,
        attempt: str,
        *,
        position: int | None = None,
        state: Mapping[str, Json] | None = None,
    ) -> None:
        """Note which question is shown, and what is not answered yet. What is None stays as it is."""
        change: dict[str, object] = {}
        if position is not None:
            change["position"] = position
        if state is not None:
            change["state"] = dict(state)
        if change:
            self._update(learner, attempt, change)

    def finish(self, learner: str, attempt: str) -> None:
        """The attempt is over. A second time changes nothing."""
        self._update(learner, attempt, {"finished": self._now()}, schema.attempt.c.finished.is_(None))

    def record(self, learner: str, answer: Answer) -> Answer:
        """Keep an answer, and review the card of its question, both once. Returns the answer that counts.

        `answer.at` may be 0: then it is now.
        """
        at = answer.at or self._now()
        row = {name: getattr(answer, name) for name in Answer.__slots__} | {"learner": learner, "at": at}

        def change(to: sa.Connection) -> Answer:
            if schema.put(to, schema.answer, row, replace=False):
                reviews.review_answer(to, learner, _answer(row))
            table = schema.answer.c
            key = (
                table.learner == learner,
                table.attempt == answer.attempt,
                table.question == answer.question,
            )
            return _answer(to.execute(schema.answer.select().where(*key)).mappings().one())

        return self._database.write(learner, change)

    def answers(self, learner: str, attempt: str | None = None) -> tuple[Answer, ...]:
        """What the learner has answered, in this attempt or in all, the oldest first."""
        table = schema.answer
        query = table.select().where(table.c.learner == learner).order_by(table.c.at, table.c.question)
        if attempt is not None:
            query = query.where(table.c.attempt == attempt)
        return self._database.read(learner, lambda of: tuple(map(_answer, of.execute(query).mappings())))

    def flag(self, learner: str, question: str, reason: str = "") -> None:
        """Mark a question, or mark it anew for another reason."""
        row = {
            "learner": learner,
            "question": question,
            "reason": reason.replace("\0", ""),
            "at": self._now(),
        }
        self._database.write(learner, lambda to: schema.put(to, schema.flag, row))

    def unflag(self, learner: str, question: str) -> None:
        """Take the mark off."""
        table = schema.flag
        query = table.delete().where(table.c.learner == learner, table.c.question == question)
        self._database.write(learner, lambda to: to.execute(query).rowcount)

    def flags(self, learner: str) -> tuple[Flag, ...]:
        """The marked questions, the oldest mark first."""
        table = schema.flag
        query = table.select().where(table.c.learner == learner).order_by(table.c.at, table.c.question)
        return self._database.read(
            learner,
            lambda of: tuple(
                Flag(row["question"], row["reason"], row["at"]) for row in of.execute(query).mappings()
            ),
        )

    def _select(self, learner: str, *where: sa.ColumnElement[bool]) -> tuple[Attempt, ...]:
        table = schema.attempt
        query = table.select().where(table.c.learner == learner, *where).order_by(table.c.started, table.c.id)
        return self._database.read(learner, lambda of: tuple(map(_attempt, of.execute(query).mappings())))

    def _update(
        self, learner: str, attempt: str, change: Mapping[str, object], *where: sa.ColumnElement[bool]
    ) -> None:
        table = schema.attempt
        query = table.update().where(table.c.learner == learner, table.c.id == attempt, *where).values(change)
        self._database.write(learner, lambda to: to.execute(query).rowcount)


def _attempt(row: schema.Row) -> Attempt:
    return Attempt(**{**row, "questions": tuple(row["questions"])})


def _answer(row: schema.Row) -> Answer:
    return Answer(**{name: row[name] for name in Answer.__slots__})
