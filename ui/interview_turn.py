"""One question of an interview: asked and answered; shown by a run where it can be; revealed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from quizzes.interview.model import LEVELS, Prompt, Rung
from quizzes.interview.scoring import heard_points
from quizzes.interview.sitting import Sitting, Turn
from ui import interview_evidence, interview_kept, session
from ui.components.clock import draw_clock
from ui.words import draw_words

__all__ = ["draw", "draw_points", "ladder", "ticked"]


def draw(id: str, prompt: Prompt, sitting: Sitting) -> None:
    rung = prompt.rung(sitting.plan.rungs[sitting.at])
    turn = sitting.turn
    now = session.room().store.now()
    _head(id, prompt, sitting)
    if rung is None:
        st.warning("This question is no longer there, so it is left out.")
        st.button("Go on", type="primary", shortcut="n", on_click=_next, args=(id,))
        return
    if sitting.time_is_up(now):
        st.info("Time is up. Finish this answer; then comes the report.")
    with st.container(key="ks-interview-asks"):
        draw_words(rung.question)
    if not turn.answered:
        _answer(id, sitting, rung, turn)
    elif rung.claim is not None and not turn.revealed:
        _said(turn)
        interview_evidence.draw(id, sitting, rung, turn)
    else:
        _said(turn)
        interview_evidence.draw_runs(id, sitting, rung, turn, brief=True)
        _reveal(id, sitting, rung, turn)
        last = sitting.at + 1 >= len(sitting.turns) or sitting.time_is_up(now)
        st.button(
            "See the report" if last else "Next question", type="primary", shortcut="n", key="next",
            on_click=_next, args=(id,),
        )  # fmt: skip
    _notes(id, sitting)


def ladder(sitting: Sitting, prompt: Prompt) -> str:
    """ ":gray[Invariant ✓] › **Same moment** › :gray[Crash]" """
    parts = []
    for number, id in enumerate(sitting.plan.rungs):
        rung = prompt.rung(id)
        name = rung.kind.capitalize() if rung else id
        if number == sitting.at:
            parts.append(f"**{name}**")
        else:
            parts.append(f":gray[{name}{' ✓' if sitting.turns[number].answered else ''}]")
    return " › ".join(parts)


def _head(id: str, prompt: Prompt, sitting: Sitting) -> None:
    rung = prompt.rung(sitting.plan.rungs[sitting.at])
    st.title(rung.kind.capitalize() if rung else prompt.title, anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="ks-interview-head"):
        st.markdown(
            f":gray[Question {sitting.at + 1} of {len(sitting.turns)}, for {sitting.plan.role}]",
            width="content",
        )
        draw_clock("clock", sitting.began, 60 * sitting.plan.minutes)
        st.button("End here", key="end", type="tertiary", on_click=_end, args=(id,))
    st.markdown(ladder(sitting, prompt))
    first = sitting.at == 0 and not sitting.turn.answered
    with st.expander(f"The task: {prompt.title}", expanded=first):
        draw_words(prompt.opening)


def _answer(id: str, sitting: Sitting, rung: Rung, turn: Turn) -> None:
    key = f"interview-{id}-{sitting.at}"

    def keep() -> None:
        text = str(session.held(key) or "")
        interview_kept.change(id, lambda one: one.with_turn(text=text))

    def done() -> None:
        text = str(session.held(key) or "")
        interview_kept.change(
            id, lambda one: one.with_turn(text=text, answered=True, revealed=rung.claim is None)
        )

    st.text_area(
        "Your answer", turn.text, key=key, height=190, on_change=keep,
        placeholder="What must hold, what goes wrong, what you do about it, its cost, what it leaves open.",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button("That is my answer", type="primary", shortcut="g", key="answer", on_click=done)
        st.markdown(":gray[Or say it aloud and go on: afterwards you tick what you said.]", width="content")


def _said(turn: Turn) -> None:
    if turn.text.strip():
        with st.container(border=True, key="ks-interview-said"):
            st.caption("Your answer")
            st.text(turn.text.strip())


def _reveal(id: str, sitting: Sitting, rung: Rung, turn: Turn) -> None:
    st.header("What must be mentioned", anchor=False)

    def tick(number: int, key: str) -> None:
        on = bool(session.held(key))
        interview_kept.change(id, lambda one: one.with_turn(ticked=ticked(one.turn.ticked, number, on)))

    draw_points(rung, turn, f"{id}-{sitting.at}", tick)
    with st.expander("A model answer", expanded=True):
        draw_words(rung.answer)
    with st.expander("What distinguishes the levels"):
        st.markdown(
            "\n".join(
                f"- **{level.capitalize()}{' (yours)' if level == sitting.plan.role else ''}.** "
                f"{getattr(rung.levels, level)}"
                for level in LEVELS
            )
        )


def draw_points(rung: Rung, turn: Turn, key: str, tick: Callable[[int, str], None]) -> None:
    """The points of a rung: those that were heard, and a box for each that may have been said aloud."""
    points = heard_points(rung, turn)
    said = sum(one.said for one in points)
    st.markdown(f"{said} of {len(points)}. Tick what you said in other words, or aloud.")
    for number, one in enumerate(points):
        label = f"{one.point.says} :gray[{one.point.slot} · {one.point.level}]"
        if one.in_text:
            st.markdown(f":green[:material/check_circle: **heard**] {label}")
            continue
        box = f"tick-{key}-{number}"
        st.checkbox(label, one.ticked, key=box, on_change=tick, args=(number, box))


def ticked(before: tuple[int, ...], number: int, on: bool) -> tuple[int, ...]:
    """The ticks with one more, or one less."""
    return tuple(sorted({*before, number} if on else {*before} - {number}))


def _notes(id: str, sitting: Sitting) -> None:
    key = f"interview-notes-{id}"

    def keep() -> None:
        text = str(session.held(key) or "")
        interview_kept.change(id, lambda one: one.noted(text))

    with st.expander("Notes: keys, numbers, what to come back to"):
        st.text_area(
            "Notes", sitting.notes, key=key, height=120, on_change=keep, label_visibility="collapsed"
        )


def _next(id: str) -> None:
    interview_kept.finish(id, lambda one: one.go_on(session.room().store.now()))


def _end(id: str) -> None:
    interview_kept.finish(id, lambda one: one.end(session.room().store.now()))
