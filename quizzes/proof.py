"""Runs what each question claims on a real server: right answers and wrong ones. A false key cannot pass.

single, several   every claim, and every refutation of a wrong option
number            the number comes out of a run; no wrong number is within the tolerance
predict           the reply comes out of a run; no wrong reply means the same
order             every order of the commands is run: right are those that are said to be, and no others
spot              the code itself says where the bug is; the line marked is that line
write             the model answer passes every case, each wrong one fails
schedule          the model schedule breaks the code with the anomaly, no wrong one does
free              the model answer mentions every point, each weak one misses what it is said to miss
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from quizzes import checks
from quizzes.bank import Flaw
from quizzes.checks import NoCheck
from quizzes.code import NoCode, shown
from quizzes.grading import mentions
from quizzes.judge import Judge
from quizzes.model import (
    Bank,
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
from quizzes.parts import Check, Claim
from quizzes.replies import Value, agrees, plain, understood
from quizzes.replies import shown as as_text
from quizzes.running import run_text

__all__ = ["Proved", "prove", "prove_all"]


@dataclass(slots=True)
class Proved:
    """What was run for a question, and what did not come out as it says."""

    file: str
    question: Question
    runs: int = 0
    """Claims, refutations and answers that were executed."""
    flaws: list[Flaw] = field(default_factory=list)

    def expect(self, holds: bool, says: str) -> None:
        """One thing that must be so."""
        if not holds:
            self.flaws.append(Flaw(self.file, self.question.id, says))


def prove_all(banks: tuple[Bank, ...], judge: Judge) -> Iterator[Proved]:
    """Every question of these banks."""
    for bank in banks:
        for question in bank.questions:
            yield prove(bank.file, question, judge)


def prove(file: str, question: Question, judge: Judge) -> Proved:
    """One question."""
    proved = Proved(file, question)
    for number, claim in enumerate(question.claims, 1):
        _claim(proved, f"claims[{number}]", claim, judge)
    match question:
        case Single() | Several():
            _choice(proved, question, judge)
        case Number():
            _number(proved, question, judge)
        case Predict():
            _predict(proved, question, judge)
        case Order():
            _order(proved, question, judge)
        case Spot():
            _spot(proved, question)
        case Write():
            _write(proved, question, judge)
        case Schedule():
            _schedule(proved, question, judge)
        case Free():
            _free(proved, question)
    return proved


def _claim(proved: Proved, where: str, claim: Claim, judge: Judge) -> None:
    if claim.run is not None:
        _transcript(proved, where, claim.run, judge)
    elif (check := claim.as_check()) is not None:
        _check(proved, where, check, judge)


def _transcript(proved: Proved, where: str, text: str, judge: Judge) -> None:
    proved.runs += 1
    wrong = run_text(judge.bench, text).wrong
    proved.expect(wrong is None, f"{where}: {wrong.says if wrong else ''}.")


def _check(proved: Proved, where: str, check: Check, judge: Judge) -> None:
    proved.runs += 1
    try:
        value = checks.found(judge.bench, check.check, check.arguments)
    except NoCheck as error:
        proved.expect(False, f"{where}.check: {error}.")
        return
    same = checks.gives(check.gives, value)
    proved.expect(
        same, f"{where}: {check.check} gave {as_text(plain(value))}, not {as_text(plain(check.gives))}."
    )


def _choice(proved: Proved, question: Single | Several, judge: Judge) -> None:
    for number, option in enumerate(question.options, 1):
        where = f"options[{number}].refute"
        if isinstance(option.refute, Check):
            _check(proved, where, option.refute, judge)
        elif option.refute is not None:
            _transcript(proved, where, option.refute, judge)


def _number(proved: Proved, question: Number, judge: Judge) -> None:
    proved.runs += 1
    try:
        value = _measured(question, judge)
    except (NoCheck, ValueError) as error:
        proved.expect(False, f"{'run' if question.run else 'check'}: {error}.")
        return
    proved.expect(
        abs(value - question.answer) <= question.tolerance,
        f"answer: the run gives {value:,.15g}, and the key says {question.answer:,.15g} "
        f"± {question.tolerance:,.15g}.",
    )
    for number, wrong in enumerate(question.wrong, 1):
        proved.expect(
            abs(value - wrong.value) > question.tolerance,
            f"wrong[{number}].value: {wrong.value:,.15g} is within the tolerance of {value:,.15g}: "
            "it would be marked right.",
        )


def _measured(question: Number, judge: Judge) -> float:
    if question.run is not None:
        ran = run_text(judge.bench, question.run)
        if ran.wrong is not None:
            raise ValueError(ran.wrong.says)
        value: Value = ran.last
    else:
        value = plain(checks.found(judge.bench, str(question.check), question.arguments))
    try:
        return float(str(value))
    except ValueError:
        raise ValueError(f"it gives {as_text(value)}, which is no number") from None


def _predict(proved: Proved, question: Predict, judge: Judge) -> None:
    proved.runs += 1
    got = run_text(judge.bench, question.run)
    *before, last = got.lines
    for one in before:
        proved.expect(one.fine, f"run: {one.says}.")
    proved.expect(bool(last.line.words), "run: it must end with a command: its reply is what is asked for.")
    proved.expect(last.line.expected is None, "run: the last line has an arrow, which gives the answer away.")
    proved.expect(
        agrees(question.answer, last.reply),
        f"answer: {last.line.text} replies {as_text(last.reply)}, and the key says {question.answer}.",
    )
    for number, wrong in enumerate(question.wrong, 1):
        same = agrees(wrong.answer, last.reply) or understood(question.answer, wrong.answer)
        proved.expect(not same, f"wrong[{number}].answer: {wrong.answer} is what it replies.")


def _order(proved: Proved, question: Order, judge: Judge) -> None:
    usual = tuple(range(1, len(question.commands) + 1))
    said = {usual, *question.also}
    for order in itertools.permutations(usual):
        proved.runs += 1
        judged = judge.order(question, order)
        if order in said:
            field = "commands" if order == usual else "also"
            proved.expect(judged.right, f"{field}: the order {list(order)} does not hold: {judged.says}")
        else:
            proved.expect(
                not judged.right,
                f"also: the order {list(order)} holds too, and would be marked wrong. Add it.",
            )
    for number, wrong in enumerate(question.wrong, 1):
        proved.expect(wrong.order not in said, f"wrong[{number}].order: {list(wrong.order)} is a right one.")


def _spot(proved: Proved, question: Spot) -> None:
    proved.runs += 1
    try:
        code = shown(question.code)
        line = code.find(question.line)
        accepted = {line, *(code.find(piece) for piece in question.also)}
    except NoCode as error:
        proved.expect(False, f"code: {error}.")
        return
    bugs = [at for anomaly, at in code.bugs if anomaly == question.anomaly]
    known = ", ".join(dict.fromkeys(anomaly for anomaly, _ in code.bugs)) or "none"
    if not bugs:
        proved.expect(False, f"anomaly: {code.title} has no {question.anomaly!r}; its code names {known}.")
        return
    proved.expect(
        line in bugs,
        f"line: the {question.anomaly} of {code.title} is in “{code.lines[bugs[0] - 1].strip()}”, and the "
        f"key marks “{code.lines[line - 1].strip()}”.",
    )
    for number, wrong in enumerate(question.wrong, 1):
        try:
            at = code.find(wrong.line)
        except NoCode as error:
            proved.expect(False, f"wrong[{number}].line: {error}.")
            continue
        proved.expect(at not in accepted, f"wrong[{number}].line: that line is a right one.")


def _write(proved: Proved, question: Write, judge: Judge) -> None:
    proved.runs += 1
    judged = judge.write(question, question.answer)
    proved.expect(judged.right, f"answer: {judged.says}")
    for number, wrong in enumerate(question.wrong, 1):
        proved.runs += 1
        passes = judge.write(question, wrong.commands).right
        proved.expect(
            not passes, f"wrong[{number}].commands: they pass every case, and would be marked right."
        )


def _schedule(proved: Proved, question: Schedule, judge: Judge) -> None:
    proved.runs += 1
    try:
        judged = judge.schedule(question, question.answer)
    except LookupError as error:
        proved.expect(False, f"race: {error}")
        return
    proved.expect(judged.right, f"answer: {question.answer} is no {question.anomaly}: {judged.says}")
    for number, wrong in enumerate(question.wrong, 1):
        proved.runs += 1
        judged = judge.schedule(question, wrong.schedule)
        possible = bool(judged.story)
        proved.expect(possible, f"wrong[{number}].schedule: {judged.says}")
        proved.expect(not judged.right, f"wrong[{number}].schedule: {wrong.schedule} breaks it as well.")


def _free(proved: Proved, question: Free) -> None:
    for point in question.rubric:
        proved.expect(
            mentions(point, question.answer),
            f"rubric, {point.point}: the model answer has none of {', '.join(point.words)}.",
        )
    for number, weak in enumerate(question.weak, 1):
        missed = sorted(point.point for point in question.rubric if not mentions(point, weak.answer))
        proved.expect(
            missed == sorted(weak.misses),
            f"weak[{number}]: it is said to miss {', '.join(sorted(weak.misses))}, and misses "
            f"{', '.join(missed) or 'nothing'}.",
        )
