"""How many questions there are, of what kind, and the figures of the lint with their bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from quizzes import lint
from quizzes.model import Bank

__all__ = ["stats"]


def stats(banks: Sequence[Bank]) -> dict[str, Any]:
    """Plain data: totals, by bank, kind, level and topic, and the lint."""
    questions = [question for bank in banks for question in bank.questions]
    figures = lint.figures(banks)
    return {
        "questions": len(questions),
        "banks": {bank.slug: _of(bank) for bank in banks},
        "kinds": _count(question.kind for question in questions),
        "levels": _count(str(question.level) for question in questions),
        "topics": _count(question.topic for question in questions),
        "lint": {
            **{f"right_option_{one.name.replace(' ', '_')}": _place(one) for one in figures.by_length},
            "position_off_uniform": _figure(figures.worst_position, lint.UNIFORM_WITHIN),
            "likeness_of_two": {
                **_figure(figures.most_alike, lint.ALIKE), "which": list(figures.most_alike_pair),
            },
            "with_runnable_claims": {
                "value": round(figures.with_runs, 4), "at_least": lint.RUN_SHARE,
                "ok": figures.with_runs >= lint.RUN_SHARE,
            },
            "breaches": [str(flaw) for flaw in lint.flaws(banks)],
        },
    }  # fmt: skip


def _of(bank: Bank) -> dict[str, Any]:
    return {
        "questions": len(bank.questions),
        "kinds": _count(question.kind for question in bank.questions),
        "levels": _count(str(question.level) for question in bank.questions),
        "topics": _count(question.topic for question in bank.questions),
        "runnable": sum(map(lint.runnable, bank.questions)),
    }


def _figure(value: float, most: float) -> dict[str, Any]:
    return {"value": round(value, 4), "at_most": most, "ok": value <= most}


def _place(place: lint.Place) -> dict[str, Any]:
    bounds = {} if place.most is None else {"at_least": place.least, "at_most": place.most}
    return {"value": round(place.share, 4), **bounds, "ok": place.kept}


def _count(names: Any) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
