"""Every bank of the app: all claims come true on a real server, the lint is silent, the sources exist."""

from __future__ import annotations

import pytest

from lessons import curriculum
from lessons.sources import resolve
from quizzes import bank, lint, seal
from quizzes.judge import Judge
from quizzes.proof import prove

BANKS = bank.load_all()


@pytest.mark.parametrize("name", [one.slug for one in BANKS])
def test_everything_a_bank_claims_comes_true(name: str, judge: Judge) -> None:
    found = bank.load(name)
    assert [str(flaw) for one in found.questions for flaw in prove(found.file, one, judge).flaws] == []


def test_the_lint_is_silent() -> None:
    assert [str(flaw) for flaw in lint.flaws(BANKS)] == []


def test_every_question_is_sealed_as_it_is() -> None:
    assert [one.id for found in BANKS for one in found.questions if not one.seal or seal.broken(one)] == []


def test_a_bank_belongs_to_a_lesson_and_names_sources_that_exist() -> None:
    assert {one.slug for one in BANKS} <= {entry.slug for entry in curriculum.entries()}
    for found in BANKS:
        for question in found.questions:
            resolve(question.source)


def test_the_model_banks_have_every_kind() -> None:
    kinds = {
        one.kind
        for found in BANKS
        for one in found.questions
        if found.slug in ("leaderboard", "distributed_lock")
    }
    assert kinds == {"single", "several", "number", "predict", "order", "spot", "write", "schedule", "free"}
