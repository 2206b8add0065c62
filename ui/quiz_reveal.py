"""After the answer: what was right and why, why every other answer is not, and the runs that show it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lessons.sources import UnknownSource, resolve
from memory.values import Answer
from quizzes.code import shown
from quizzes.grading import Result
from quizzes.model import Free, Number, Order, Predict, Question, Schedule, Several, Single, Spot, Write
from quizzes.parts import Check
from quizzes.shuffle import order
from ui import session
from ui.components.choices import Row, Tone, draw_choices
from ui.components.code import coloured
from ui.components.transcript import draw_transcript
from ui.quiz_run import Told, run
from ui.quiz_schedule import scheduled
from ui.words import WIDTH, as_code, as_typed, draw_words

__all__ = ["draw_reveal"]


def draw_reveal(question: Question, given: Answer, seed: int, result: Result, key: str) -> None:
    sure = f" You were {given.confidence} % sure." if given.confidence is not None else ""
    says = f"{as_typed(result.says)}{sure}"
    (st.success if given.right else st.error)(
        says, icon=":material/check:" if given.right else ":material/close:"
    )
    _answer(question, given, seed, result, key)
    if result.misconception and not isinstance(question, Single | Several):
        st.markdown(f"*“{result.misconception}”* {result.why}", width=WIDTH)
    st.subheader("Why", anchor=False)
    draw_words(question.why)
    _sources(question)
    _runs(question, seed, key)
    _others(question, result)


def _answer(question: Question, given: Answer, seed: int, result: Result, key: str) -> None:
    """The right answer beside the one that was given."""
    match question:
        case Single() | Several():
            _options(question, given.given, seed, key)
        case Spot():
            _lines(question, given.given, key)
        case Order():
            rows = [Row(one.strip(), mono=True) for one in question.commands]
            st.subheader("A right order", anchor=False)
            draw_choices(f"{key}-told", "A right order", "act", rows, None)
        case Number():
            unit = f" {question.unit}" if question.unit else ""
            around = f", and up to {question.tolerance:,.15g} beside it" if question.tolerance else ""
            mine = as_typed(str(given.given))
            st.markdown(f"Your answer: {mine}. Right: **{question.answer:,.15g}{unit}**{around}.")
        case Predict():
            st.markdown(f"Your answer: {as_code(str(given.given))}. Right: {as_code(question.answer)}.")
        case Write():
            st.subheader("You typed", anchor=False)
            st.code(str(given.given), language=None, wrap_lines=True)
            if result.judged and result.judged.ran:
                draw_transcript(f"{key}-judged", "What it did", result.judged.ran)
            st.subheader("One way to write it", anchor=False)
            st.code(question.answer.strip(), language=None, wrap_lines=True)
        case Schedule():
            if result.judged and result.judged.story:
                st.code(result.judged.story, language=None, wrap_lines=True)
            if given.given != question.answer:
                st.subheader("A schedule that does it", anchor=False)
                st.code(scheduled(question, question.answer).story, language=None, wrap_lines=True)
        case Free():
            for point in question.rubric:
                heard = point.point in result.mentioned
                mark = ":green[:material/check: heard]" if heard else ":orange[:material/hearing: not heard]"
                st.markdown(f"**{point.point.capitalize()}** {mark}: {point.says}", width=WIDTH)
            st.caption("Heard by certain words. If you said it in other words, you know better.")
            with st.expander("A model answer"):
                draw_words(question.answer)


def _options(question: Single | Several, chosen: Any, seed: int, key: str) -> None:
    mine = set(chosen) if isinstance(chosen, list) else {chosen}
    rows = []
    for place in order(len(question.options), seed, question.id):
        option = question.options[place]
        rows.append(
            Row(
                option.text,
                tone=_tone(option.right, place in mine, one=isinstance(question, Single)),
                belief=option.misconception or "",
                why=option.why,
            )
        )
    draw_choices(f"{key}-told", "Options", "many" if isinstance(question, Several) else "one", rows, None)


def _tone(right: bool, chosen: bool, *, one: bool) -> Tone:
    """How an option is marked. Where one is right, it is good news even if it was not chosen."""
    if right:
        return "good" if chosen or one else "missed"
    return "bad" if chosen else ""


def _lines(question: Spot, chosen: Any, key: str) -> None:
    code = shown(question.code)
    right = {code.find(piece) for piece in (question.line, *question.also)}
    rows = [
        Row(code.lines[at - 1], tone=_tone(at in right, at == chosen, one=True), pieces=coloured_line)
        for at, coloured_line in enumerate(coloured("\n".join(code.lines), code.path), 1)
    ]
    draw_choices(f"{key}-told", f"Lines of {code.title}", "line", rows, None)


def _runs(question: Question, seed: int, key: str) -> None:
    """A button for each thing that the learner's server can confirm or refute."""
    runs: list[tuple[str, str | Check]] = []
    for claim in question.claims:
        what = claim.run if claim.run is not None else claim.as_check()
        if what is not None:
            runs.append((claim.says, what))
    if isinstance(question, Single | Several):
        places = order(len(question.options), seed, question.id)
        for row, place in enumerate(places, 1):
            refute = question.options[place].refute
            if refute is not None:
                runs.append((f"Why not option {row}: “{question.options[place].text}”", refute))
    if isinstance(question, Predict):
        runs.append(("The commands of this question.", question.run))
    if isinstance(question, Number) and question.run is not None:
        runs.append(("The number, measured.", question.run))
    if isinstance(question, Number) and question.check is not None:
        runs.append(("The number, worked out.", _as_check(question)))
    if not runs:
        return
    st.subheader("See it on your Redis", anchor=False)
    for number, (says, what) in enumerate(runs, 1):
        with st.container(border=True, key=f"ks-run-{number}"):
            st.markdown(says, width=WIDTH)
            _run(says, what, f"{key}-{number}", shortcut="g" if number == 1 else None)


def _run(says: str, what: str | Check, key: str, shortcut: str | None) -> None:
    """The commands, a button, and once it was pressed the replies of the learner's server."""
    kept, mine = session.desk().worked, ("quiz", key, "run")
    label = "Run it again" if mine in kept else "Run it"
    if st.button(label, key=f"{key}-run", shortcut=shortcut):
        kept[mine] = run(what)
        session.draw_again()
    told: Told | None = kept.get(mine)
    if told is None:
        if isinstance(what, str):
            draw_transcript(f"{key}-show", says, what)
    elif told.ran is not None:
        draw_transcript(f"{key}-ran", says, told.ran, told.server)
    else:
        st.markdown(told.says)
        st.caption(f"Run on {told.server}.")


def _as_check(question: Number) -> Check:
    return Check.model_validate({"check": question.check, "with": question.arguments})


def _others(question: Question, result: Result) -> None:
    """Answers that people give to this, besides one's own."""
    if isinstance(question, Single | Several):
        return
    wrong = question.weak if isinstance(question, Free) else question.wrong
    others = [one for one in wrong if one.misconception != result.misconception]
    if others:
        with st.expander("Other answers people give, and why they are wrong"):
            for one in others:
                said = _said(one)
                if isinstance(question, Schedule):
                    st.code(scheduled(question, said).story, language=None, wrap_lines=True)
                    said = ""
                st.markdown(f"{said}  \n*“{one.misconception}”* {one.why}")


def _said(wrong: Any) -> str:
    for field in ("value", "answer", "order", "line", "commands", "schedule"):
        if (value := getattr(wrong, field, None)) is not None:
            if field == "value":
                return f"**{value:,.15g}**"
            if field == "order":
                return "The lines of the order above as " + ", ".join(map(str, value)) + "."
            if field == "schedule":
                return str(value)
            return as_code(value) if field != "answer" or "\n" not in value else value.strip()
    return ""


def _sources(question: Question) -> None:
    try:
        citations = resolve(question.source)
    except UnknownSource:  # a bank of somebody's own may cite what it likes
        return
    if citations:
        st.caption("Source: " + "; ".join(f"[{one.title}]({one.url})" for one in citations))
