"""The questions of the quizzes, for a stage that does not know them: those with one right option."""

from __future__ import annotations

from pathlib import Path

from lessons.author.content import content_here
from lessons.present.choices import NoQuestions, Option, SingleChoice
from quizzes import bank
from quizzes.bank import BankError
from quizzes.model import Single

__all__ = ["questions_of"]


def questions_of(lesson: str, beside: Path | None = None) -> tuple[SingleChoice, ...]:
    """Those about a lesson, from the course's own banks, the instructor's folder or the folder `beside`.

    NoQuestions: the bank is there and cannot be used.
    """
    content = content_here()
    folders = (bank.BANKS, *([content.banks] if content else ()), *([beside] if beside else ()))
    home = next((one for one in folders if (one / f"{lesson}.toml").is_file()), None)
    if home is None:
        return ()
    try:
        found = bank.load(lesson, home).questions
    except BankError as error:
        raise NoQuestions(str(error.flaws[0])) from error
    return tuple(_single(one) for one in found if isinstance(one, Single))


def _single(question: Single) -> SingleChoice:
    options = tuple(Option(one.text, one.why, one.right, one.misconception or "") for one in question.options)
    return SingleChoice(question.id, question.level, question.prompt, options, question.why)
