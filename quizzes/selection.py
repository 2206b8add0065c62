"""Which questions a quiz has: those that fit a filter, drawn by a seed, of every kind if there is room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from quizzes.model import Bank, Question
from quizzes.shuffle import shuffled

__all__ = ["Filter", "fitting", "pick"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What to ask about. What is empty leaves nothing out."""

    banks: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()

    def fits(self, bank: str, question: Question) -> bool:
        return (
            (not self.banks or bank in self.banks)
            and (not self.kinds or question.kind in self.kinds)
            and (not self.levels or question.level in self.levels)
            and (not self.topics or question.topic in self.topics)
        )


def fitting(
    banks: Iterable[Bank], asked: Filter, only: Collection[str] | None = None
) -> tuple[Question, ...]:
    """The questions that fit; with `only`, none but those ids."""
    return tuple(
        question
        for bank in banks
        for question in bank.questions
        if asked.fits(bank.slug, question) and (only is None or question.id in only)
    )


def pick(questions: Sequence[Question], count: int, seed: int) -> tuple[str, ...]:
    """The ids of up to `count` questions, the easy ones first. The kinds take turns, so none is left out."""
    by_kind: dict[str, list[Question]] = {}
    for question in shuffled(questions, seed, "which"):
        by_kind.setdefault(question.kind, []).append(question)
    turns = [one for turn in zip_longest(*by_kind.values()) for one in turn if one is not None]
    return tuple(one.id for one in sorted(turns[:count], key=lambda one: one.level))
