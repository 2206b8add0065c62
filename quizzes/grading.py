"""Answer in, result out. Pure, but for the two kinds that only a run can judge: they take a judge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from quizzes.code import NoCode, shown
from quizzes.judge import Judged
from quizzes.model import (
    Free,
    Number,
    Order,
    Predict,
    Question,
    Schedule,
    Several,
    Single,
    Spot,
    Write,
)  # fmt: skip
from quizzes.parts import Point, Wrong
from quizzes.replies import understood
from quizzes.transcript import BadTranscript, read

__all__ = ["Answer", "Judging", "Result", "Unreadable", "grade", "heard", "mentions", "number_of"]

Answer = Any
"""A JSON value. single, spot: a number from 0 (option) or 1 (line). several, order: a list of numbers from 0
or 1. number, predict, write, schedule, free: text."""


class Unreadable(ValueError):
    """The answer is none: nothing was chosen, or "abc" is no number. The message is for the learner."""


class Judging(Protocol):
    """What runs an answer (`quizzes.judge.Judge`)."""

    def write(self, question: Write, commands: str) -> Judged: ...

    def schedule(self, question: Schedule, address: str) -> Judged: ...


@dataclass(frozen=True, slots=True)
class Result:
    """How an answer came out."""

    right: bool
    says: str
    """One sentence about this answer."""
    misconception: str = ""
    """What is probably believed by who answers so."""
    why: str = ""
    """Why that is not so."""
    share: float = 0.0
    """From 0 to 1; a free answer can be half right."""
    judged: Judged | None = None
    """What was run, where something was."""
    mentioned: tuple[str, ...] = ()
    """The points of a free answer that were found."""


def grade(question: Question, answer: Answer, judge: Judging | None = None) -> Result:
    """Mark one answer. Unreadable if there is nothing to mark."""
    match question:
        case Single():
            return _single(question, answer)
        case Several():
            return _several(question, answer)
        case Number():
            return _number(question, answer)
        case Predict():
            return _predict(question, answer)
        case Order():
            return _order(question, answer)
        case Spot():
            return _spot(question, answer)
        case Write() | Schedule():
            return _judged(question, answer, judge)
        case Free():
            return _free(question, answer)


def number_of(typed: str) -> float:
    """ "9,007", "1.5e3", "2^53" or "54 %" as a number. Unreadable if it is none."""
    text = re.sub(r"[,\s_']", "", typed.strip().lower()).rstrip("%")
    try:
        if power := re.fullmatch(r"(\d{1,3})(?:\^|\*\*)(\d{1,2})", text):
            return float(int(power[1]) ** int(power[2]))
        number = float(text)
    except ValueError:
        raise Unreadable(
            f"{typed.strip()[:40]!r} is no number. Type digits, for example 54 or 0.67."
        ) from None
    if not abs(number) < 1e300:
        raise Unreadable("That number is not finite.")
    return number


def mentions(point: Point, text: str) -> bool:
    """Whether a text has any of the words of a point."""
    return heard(point.words, text)


def heard(words: Iterable[str], text: str) -> bool:
    """Whether a text has any of these words or phrases; `crash*` is any word that begins so.

    A hyphen inside a phrase is as good as a space: "at least once" hears "at-least-once", and the other way.
    """
    return any(_words(word).search(text) for word in words)


def _words(phrase: str) -> re.Pattern[str]:
    parts = [
        re.escape(part).replace(r"\*", r"\w*").replace(r"\#", r"\d[\d.,]*")
        for part in re.split(r"\s+|(?<=\w)-(?=\w)", phrase.strip())
    ]
    return re.compile(r"(?<!\w)" + r"(?:\s+|-)".join(parts) + r"(?!\w)", re.IGNORECASE)


def _single(question: Single, answer: Answer) -> Result:
    option = question.options[_place(answer, len(question.options))]
    if option.right:
        return Result(True, "Right.", share=1.0)
    return Result(False, "Not that one.", option.misconception or "", option.why)


def _several(question: Several, answer: Answer) -> Result:
    if not isinstance(answer, Sequence) or isinstance(answer, str) or not answer:
        raise Unreadable("Choose at least one.")
    chosen = {_place(one, len(question.options)) for one in answer}
    right = {place for place, option in enumerate(question.options) if option.right}
    if chosen == right:
        return Result(True, "Right, all of them.", share=1.0)
    missed, false = len(right - chosen), sorted(chosen - right)
    agreed = sum((place in chosen) == (place in right) for place in range(len(question.options)))
    parts = []
    if false:
        parts.append(f"{len(false)} that {'is' if len(false) == 1 else 'are'} not so")
    if missed:
        parts.append(f"{missed} missed")
    option = question.options[false[0]] if false else None
    return Result(
        False, f"Not quite: {' and '.join(parts)}.", (option and option.misconception) or "",
        option.why if option else "", agreed / len(question.options) / 2,
    )  # fmt: skip


def _number(question: Number, answer: Answer) -> Result:
    said = number_of(_text(answer))
    if abs(said - question.answer) <= question.tolerance:
        return Result(True, "Right.", share=1.0)
    unit = f" {question.unit}" if question.unit else ""
    says = f"It is {question.answer:,.15g}{unit}, not {said:,.15g}."
    for wrong in question.wrong:
        if abs(said - wrong.value) <= question.tolerance:
            return Result(False, says, wrong.misconception, wrong.why)
    return Result(False, says)


def _predict(question: Predict, answer: Answer) -> Result:
    typed = _text(answer)
    if understood(question.answer, typed):
        return Result(True, "Right.", share=1.0)
    says = f"It replies {question.answer}."
    for wrong in question.wrong:
        if understood(wrong.answer, typed):
            return Result(False, says, wrong.misconception, wrong.why)
    return Result(False, says)


def _order(question: Order, answer: Answer) -> Result:
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        raise Unreadable("Put the commands in order first.")
    order = tuple(answer)
    usual = tuple(range(1, len(question.commands) + 1))
    if sorted(order) != list(usual):
        raise Unreadable("Put every command in its place first.")
    if order == usual or order in question.also:
        return Result(True, "Right.", share=1.0)
    for wrong in question.wrong:
        if wrong.order == order:
            return Result(False, "Not in that order.", wrong.misconception, wrong.why)
    return Result(False, "Not in that order.")


def _spot(question: Spot, answer: Answer) -> Result:
    code = shown(question.code)
    line = _place(answer, len(code.lines) + 1)
    if line < 1:
        raise Unreadable("Mark a line first.")
    if line in {code.find(piece) for piece in (question.line, *question.also)}:
        return Result(True, "Right.", share=1.0)
    says = f"It is line {code.find(question.line)}."
    for wrong in question.wrong:
        try:
            if code.find(wrong.line) == line:
                return Result(False, says, wrong.misconception, wrong.why)
        except NoCode:
            continue
    return Result(False, says)


def _judged(question: Write | Schedule, answer: Answer, judge: Judging | None) -> Result:
    if isinstance(question, Schedule) and not answer:
        raise Unreadable("Choose what happens first.")
    typed = _text(answer)
    if judge is None:
        raise ValueError("A question that is judged by a run needs a judge.")
    if isinstance(question, Write):
        judged = judge.write(question, typed)
        known: list[Wrong] = [one for one in question.wrong if _same_commands(one.commands, typed)]
    else:
        judged = judge.schedule(question, typed)
        known = [one for one in question.wrong if one.schedule == typed.strip()]
    if judged.right:
        return Result(True, judged.says, share=1.0, judged=judged)
    if known:
        return Result(False, judged.says, known[0].misconception, known[0].why, judged=judged)
    return Result(False, judged.says, judged=judged)


def _same_commands(left: str, right: str) -> bool:
    """The same words in the same lines; capitals do not matter."""
    try:
        return [[word.lower() for word in line.words] for line in read(left)] == [
            [word.lower() for word in line.words] for line in read(right)
        ]
    except BadTranscript:
        return False


def _free(question: Free, answer: Answer) -> Result:
    text = _text(answer)
    found = tuple(point.point for point in question.rubric if mentions(point, text))
    missing = [point.point for point in question.rubric if point.point not in found]
    says = "Every point is there." if not missing else f"Not heard: {', '.join(missing)}."
    return Result(
        len(found) >= question.enough, says, share=len(found) / len(question.rubric), mentioned=found
    )


def _place(answer: Answer, count: int) -> int:
    if not isinstance(answer, int) or isinstance(answer, bool) or not 0 <= answer < count:
        raise Unreadable("Choose one first.")
    return answer


def _text(answer: Answer) -> str:
    if not isinstance(answer, str | int | float) or not str(answer).strip():
        raise Unreadable("Type an answer first.")
    return str(answer)
