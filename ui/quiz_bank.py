"""The questions of the app, for its pages: what can be read, and what is wrong with the rest."""

from __future__ import annotations

from pathlib import Path

from lessons import curriculum, library
from lessons.author.content import content_here
from quizzes import bank
from quizzes.bank import BankError
from quizzes.model import Bank, Question

__all__ = ["banks", "found", "has_quiz", "name_of"]


def banks() -> tuple[tuple[Bank, ...], tuple[str, ...]]:
    """The banks in the order of the course, and sentences about those that cannot be used."""
    good, broken = [], []
    order = [entry.slug for entry in curriculum.entries(library.chapters())]
    homes = _homes()
    for slug in sorted(homes, key=lambda one: order.index(one) if one in order else len(order)):
        try:
            good.append(bank.load(slug, homes[slug]))
        except BankError as error:
            broken.append(f"The questions about {name_of(slug)} cannot be used: {error.flaws[0]}")
    return tuple(good), tuple(broken)


def _homes() -> dict[str, Path]:
    """The folder of each bank: the course's own, and those of an instructor's folder beside it."""
    content = content_here()
    guests = {slug: content.banks for slug in bank.slugs(content.banks)} if content else {}
    return {**guests, **{slug: bank.BANKS for slug in bank.slugs()}}


def found(id: str) -> tuple[str, Question] | None:
    """(bank, question) of this id; None if it is gone."""
    for one in banks()[0]:
        for question in one.questions:
            if question.id == id:
                return one.slug, question
    return None


def has_quiz(slug: str) -> bool:
    """Whether there are questions about this lesson."""
    return slug in _homes()


def name_of(slug: str) -> str:
    """ "Distributed lock" """
    entry = curriculum.entry(slug, library.chapters())
    return entry.title if entry else slug.replace("_", " ").capitalize()
