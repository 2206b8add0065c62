"""One question of a quiz: asked, answered with a confidence, revealed. Every step of it is in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from memory.values import Answer, Attempt
from quizzes.grading import Result, Unreadable, grade
from quizzes.model import Question
from ui import session
from ui.components.clock import draw_clock
from ui.quiz_answers import ASKS, draw_answer, draw_given
from ui.quiz_bank import found, name_of
from ui.quiz_reveal import draw_reveal
from ui.quiz_run import JUDGE
from ui.words import draw_words

if TYPE_CHECKING:
    from memory.attempts import Attempts

__all__ = ["CONFIDENCES", "SECONDS", "draw"]

SECONDS = {1: 45, 2: 60, 3: 90, 4: 120, 5: 120}
"""What a level may take where the clock runs."""
CONFIDENCES = (50, 70, 90, 99)
"""How sure one may say to be, in per cent."""
_KEYS = {50: "a", 70: "s", 90: "d", 99: "f"}
_WORDS = {50: "50 %: a guess", 70: "70 %", 90: "90 %", 99: "99 %: certain"}


def draw(attempt: Attempt) -> None:
    """The question at which the attempt stands."""
    id = attempt.questions[attempt.position]
    there = found(id)
    if there is None:
        st.warning(f"The question {id} is no longer there, so it is left out.")
        st.button("Go on", type="primary", shortcut="n", on_click=_next, args=(attempt,))
        return
    bank, question = there
    given = next(
        (one for one in _attempts().answers(session.learner(), attempt.id) if one.question == id), None
    )
    with st.container(key="ks-quiz", width=980):
        _head(attempt, bank, question, clock=given is None)
        draw_words(question.prompt)
        key = f"quiz-{attempt.id}-{id}"
        draw_given(question, key)
        if given is None:
            _ask(attempt, bank, question, key)
        else:
            draw_reveal(question, given, attempt.seed, _result(attempt, question, given), key)
            last = attempt.position + 1 == len(attempt.questions)
            st.button(
                "See how it went" if last else "Next question", type="primary", shortcut="n", key="next",
                on_click=_next, args=(attempt,),
            )  # fmt: skip


def _head(attempt: Attempt, bank: str, question: Question, *, clock: bool) -> None:
    number, total = attempt.position + 1, len(attempt.questions)
    flagged = any(flag.question == question.id for flag in _attempts().flags(session.learner()))
    st.title(f"Question {number} of {total}", anchor=False)
    st.progress(attempt.position / total)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="ks-quiz-head"):
        st.header(
            f":gray[{name_of(bank)} · {question.topic} · level {question.level}]",
            anchor=False,
            width="content",
        )
        st.button(
            "Take the flag off" if flagged else "Flag it", key="flag", shortcut="x",
            on_click=_flag, args=(question.id, flagged),
        )  # fmt: skip
        if clock and attempt.filter.get("timed"):
            draw_clock("clock", _since(attempt), SECONDS[question.level])


def _ask(attempt: Attempt, bank: str, question: Question, key: str) -> None:
    state = _state(attempt)
    since = _since(attempt)

    def keep(draft: Any) -> None:
        _attempts().move(session.learner(), attempt.id, state={"at": since, "draft": draft})

    st.caption(ASKS[question.kind])
    answer = draw_answer(question, attempt.seed, state.get("draft"), keep, key)
    problem = st.empty()
    st.subheader("How sure are you? That is your answer.", anchor=False)
    with st.container(horizontal=True, key="ks-sure"):
        pressed = [st.button(_WORDS[sure], key=f"sure-{sure}", shortcut=_KEYS[sure]) for sure in CONFIDENCES]
    if not any(pressed):
        return
    try:
        result = grade(question, answer, JUDGE)
    except Unreadable as error:
        problem.markdown(f":red[**{error}**]")
        return
    kept = Answer(
        attempt.id, question.id, bank, question.topic, question.kind, question.level, answer, result.right,
        result.share, CONFIDENCES[pressed.index(True)], max(0.0, session.room().store.now() - since), 0.0,
    )  # fmt: skip
    counts = _attempts().record(session.learner(), kept)
    if counts.given == answer:  # else another tab was first, and its answer is marked when it is drawn
        _results()[attempt.id, question.id, "result"] = result
    session.draw_again()


def _result(attempt: Attempt, question: Question, given: Answer) -> Result:
    """How that answer came out; after a reload it is marked once more."""
    kept = _results()
    place = (attempt.id, question.id, "result")
    if place not in kept:
        try:
            kept[place] = grade(question, given.given, JUDGE)
        except Unreadable as error:  # the question has changed since
            kept[place] = Result(given.right, str(error), share=given.score)
    result: Result = kept[place]
    return result


def _state(attempt: Attempt) -> Mapping[str, Any]:
    """What is not sent yet, as it is now: a press may have changed it since the attempt was read."""
    fresh = _attempts().get(session.learner(), attempt.id)
    return (fresh or attempt).state


def _since(attempt: Attempt) -> float:
    """When the question was first shown; noted at once, so that a reload does not turn the clock back."""
    state = _state(attempt)
    at = state.get("at")
    if isinstance(at, int | float) and not isinstance(at, bool):
        return float(at)
    now = session.room().store.now()
    _attempts().move(session.learner(), attempt.id, state={**state, "at": now})
    return now


def _next(attempt: Attempt) -> None:
    position = attempt.position + 1
    _attempts().move(session.learner(), attempt.id, position=position, state={})
    if position >= len(attempt.questions):
        _attempts().finish(session.learner(), attempt.id)


def _flag(question: str, flagged: bool) -> None:
    if flagged:
        _attempts().unflag(session.learner(), question)
    else:
        _attempts().flag(session.learner(), question)


def _attempts() -> Attempts:
    return session.room().store.attempts


def _results() -> dict[tuple[str, str, str], Any]:
    return session.desk().worked
