"""A sixty-second answer: one question, one minute, own words; then what must be mentioned lights up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from quizzes.interview.scoring import heard_points, rating
from quizzes.interview.sitting import Turn
from ui import interview_kept, places, session
from ui.components.clock import draw_clock
from ui.interview_turn import draw_points, ticked
from ui.words import draw_words

__all__ = ["SECONDS", "draw"]

SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Drill:
    """A drill that is going on. `turn.began` is when the question was first shown."""

    turn: Turn


def draw(subject: str) -> None:
    there = interview_kept.rung_of(subject)
    if there is None:
        st.title("That question is not here", anchor=False)
        st.markdown("It is no longer asked.")
        st.button("To the interview", key="back", on_click=places.go_to_interview)
        return
    prompt, rung = there
    drill = _drill(subject)
    st.title("Sixty seconds", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="ks-interview-head"):
        st.markdown(f":gray[{prompt.title}: {rung.kind}]", width="content")
        if not drill.turn.answered:
            draw_clock("clock", drill.turn.began or 0.0, SECONDS)
    with st.expander("The task"):
        draw_words(prompt.opening)
    with st.container(key="ks-interview-asks"):
        draw_words(rung.question)
    if not drill.turn.answered:
        _ask(subject, drill)
        return
    if drill.turn.text.strip():
        with st.container(border=True, key="ks-interview-said"):
            st.caption(_took(drill.turn))
            st.text(drill.turn.text.strip())
    st.header("What must be mentioned", anchor=False)

    def tick(number: int, key: str) -> None:
        now = _drill(subject)
        on = bool(session.held(key))
        _put(subject, replace(now, turn=replace(now.turn, ticked=ticked(now.turn.ticked, number, on))))

    draw_points(rung, drill.turn, f"drill-{subject}", tick)
    missing = sum(not one.said for one in heard_points(rung, drill.turn))
    if missing:
        st.markdown(f"{missing} missing: the question comes back as a card until nothing is.")
    with st.expander("A model answer", expanded=True):
        draw_words(rung.answer)
    others = [one for one in interview_kept.due_gaps() if one != subject]
    with st.container(horizontal=True):
        st.button(
            f"Next gap: {len(others)} left" if others else "Done",
            type="primary", shortcut="n", key="drill-next",
            on_click=_done, args=(subject, others[0] if others else ""),
        )  # fmt: skip
        st.button("Once more", shortcut="a", key="drill-again", on_click=_again, args=(subject,))


def _ask(subject: str, drill: _Drill) -> None:
    key = f"drill-text-{subject}"

    def keep() -> None:
        now = _drill(subject)
        _put(subject, replace(now, turn=replace(now.turn, text=str(session.held(key) or ""))))

    def stop() -> None:
        now = _drill(subject)
        text = str(session.held(key) or "")
        left = session.room().store.now()
        _put(subject, replace(now, turn=replace(now.turn, text=text, answered=True, left=left)))
        there = interview_kept.rung_of(subject)
        if there and not all(one.said for one in heard_points(there[1], _drill(subject).turn)):
            interview_kept.add_gap(subject)

    st.text_area("Your answer", drill.turn.text, key=key, height=170, on_change=keep)
    st.button("Stop the clock", type="primary", shortcut="g", key="drill-stop", on_click=stop)


def _done(subject: str, other: str) -> None:
    """Rate the card, if there is one or must be one, and go on."""
    _rate(subject)
    session.desk().worked.pop(_place(subject), None)
    if other:
        places.go_to_drill(other)
    else:
        places.go_to_interview()


def _again(subject: str) -> None:
    _rate(subject)
    session.desk().worked.pop(_place(subject), None)
    session.let_go(f"drill-text-{subject}")


def _rate(subject: str) -> None:
    there, drill = interview_kept.rung_of(subject), _drill(subject)
    store = session.room().store
    known = any(
        card.subject == subject and card.kind == interview_kept.GAP
        for card in store.reviews.cards(session.learner())
    )
    if there is None or not known:
        return
    began, left = drill.turn.began or 0.0, drill.turn.left or 0.0
    store.reviews.review(
        session.learner(), subject, rating(heard_points(there[1], drill.turn)), kind=interview_kept.GAP,
        seconds=max(0.0, left - began),
    )  # fmt: skip


def _took(turn: Turn) -> str:
    return f"Your answer, {max(0, round((turn.left or 0.0) - (turn.began or 0.0)))} seconds"


def _place(subject: str) -> tuple[str, str, str]:
    return subject, "", "drill"


def _drill(subject: str) -> _Drill:
    """The one that is going on, or a new one whose clock starts now."""
    worked = session.desk().worked
    if _place(subject) not in worked:
        worked[_place(subject)] = _Drill(Turn(began=session.room().store.now()))
    return cast("_Drill", worked[_place(subject)])


def _put(subject: str, drill: _Drill) -> None:
    session.desk().worked[_place(subject)] = drill
