"""Cards and their reviews in the database. What they mean is in `scheduling`, which is pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from memory import schema
from memory.database import Database
from memory.scheduling import due, grade, remember
from memory.values import Answer, Card, Review

__all__ = ["Reviews", "make_cards_anew", "review_answer"]


class Reviews:
    """The cards of learners: one for each question that was answered, and for each gap a lesson has shown."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database, self._now = database, now

    def cards(self, learner: str) -> tuple[Card, ...]:
        """Every card of the learner, by what is due first."""
        table = schema.card
        query = table.select().where(table.c.learner == learner).order_by(table.c.due, table.c.subject)
        return self._database.read(learner, lambda of: tuple(map(_card, of.execute(query).mappings())))

    def due(self, learner: str, interview: date | None = None, *, kind: str = "question") -> tuple[Card, ...]:
        """What should be asked now, the most urgent first; see `scheduling.due`."""
        return due((card for card in self.cards(learner) if card.kind == kind), self._now(), interview)

    def history(self, learner: str) -> tuple[Review, ...]:
        """Every review, the oldest first."""
        table = schema.review
        query = table.select().where(table.c.learner == learner).order_by(table.c.at, table.c.subject)
        return self._database.read(learner, lambda of: tuple(map(_review, of.execute(query).mappings())))

    def add(self, learner: str, subject: str, *, kind: str, pattern: str = "", topic: str = "") -> None:
        """A card that is due at once, such as a gap found in an interview. One that is there stays."""
        row = _new(learner, Card(subject, kind, pattern, topic, self._now(), self._now()))
        self._database.write(learner, lambda to: schema.put(to, schema.card, row, replace=False))

    def review(self, learner: str, subject: str, rating: int, *, kind: str, seconds: float = 0.0) -> None:
        """Note how well something was remembered: 1 again, 2 hard, 3 good, 4 easy."""
        one, now = Review(subject, rating, self._now(), seconds, kind), self._now()
        self._database.write(
            learner, lambda to: _review_card(to, learner, one, Card(subject, kind, "", "", now, now))
        )


def review_answer(to: sa.Connection, learner: str, answer: Answer) -> None:
    """Within the transaction that keeps an answer: its question's card is reviewed by it."""
    one = Review(answer.question, grade(answer.right, answer.confidence), answer.at, answer.seconds)
    card = Card(answer.question, "question", answer.pattern, answer.topic, answer.at, answer.at)
    _review_card(to, learner, one, card)


def make_cards_anew(to: sa.Connection, learner: str) -> None:
    """Within a transaction that has merged reviews: every card is what its reviews make of it."""
    cards = to.execute(schema.card.select().where(schema.card.c.learner == learner)).mappings().all()
    for card in cards:
        _update(to, learner, _card(card))


def _review_card(to: sa.Connection, learner: str, one: Review, fresh: Card) -> None:
    schema.put(to, schema.card, _new(learner, fresh), replace=False)
    # The lock makes a second process wait: it then counts the review that this one adds.
    found = to.execute(schema.card.select().where(*_key(schema.card, learner, fresh)).with_for_update())
    row = {
        "learner": learner, "kind": one.kind, "subject": one.subject,
        "at": one.at, "rating": one.rating, "seconds": one.seconds,
    }  # fmt: skip
    schema.put(to, schema.review, row, replace=False)
    _update(to, learner, _card(found.mappings().one()))


def _update(to: sa.Connection, learner: str, card: Card) -> None:
    found = to.execute(schema.review.select().where(*_key(schema.review, learner, card))).mappings()
    schema.put(to, schema.card, _new(learner, remember(card, map(_review, found))))


def _key(table: sa.Table, learner: str, card: Card) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.learner == learner, table.c.kind == card.kind, table.c.subject == card.subject


def _new(learner: str, card: Card) -> dict[str, object]:
    return {name: getattr(card, name) for name in Card.__slots__} | {"learner": learner}


def _card(row: schema.Row) -> Card:
    return Card(**{name: row[name] for name in Card.__slots__})


def _review(row: schema.Row) -> Review:
    return Review(**{name: row[name] for name in Review.__slots__})
