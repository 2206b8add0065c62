"""The beginning of an interview: level, length, what about; or going on with one, or a sixty-second drill."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from memory.values import Interview
from quizzes.interview.model import LEVELS, Level, Prompt
from quizzes.interview.sitting import LENGTHS, MINUTES_A_RUNG, Length, choose, fitting, plan
from quizzes.shuffle import order
from ui import interview_kept, places, session
from ui.quiz_bank import name_of

__all__ = ["draw"]

FEWER = 5
"""So many of the past are listed."""


def draw(*, gone: bool) -> None:
    prompts, problem = interview_kept.prompts()
    st.title("Mock interview", anchor=False)
    if gone:
        st.info("That interview is not one of yours, or it is no longer kept. Here you can begin another.")
    if problem:
        st.warning(problem)
    st.markdown(
        "A design task, and then what interviewers push on with. You answer in your own words, written or "
        "aloud. Where you claim something, you predict how it comes out, and the page runs it. "
        "The report tells what you said, what you predicted and what you demonstrated."
    )
    _unfinished(prompts)
    role = st.segmented_control(
        "Interview for", LEVELS, default="senior", key="interview-role", required=True,
        format_func=lambda one: one.capitalize(),
    )  # fmt: skip
    minutes = st.segmented_control(
        "How long", LENGTHS, default=20, key="interview-minutes", required=True,
        format_func=lambda one: f"{one} minutes",
    )  # fmt: skip
    about = list(dict.fromkeys(pattern for one in prompts for pattern in one.patterns))
    patterns = st.pills(
        "About (choose nothing to be surprised)", about, selection_mode="multi", format_func=name_of,
        key="interview-about",
    )  # fmt: skip
    there = fitting(prompts, role, patterns)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            f"Begin: {minutes} minutes" if patterns else f"Surprise me: {minutes} minutes",
            type="primary", shortcut="g", key="begin", disabled=not there,
            on_click=_begin, args=(role, minutes, tuple(patterns)),
        )  # fmt: skip
        st.markdown(f":gray[{_fits(len(there), minutes)}]", width="content")
    _drills(prompts)
    _past()


def _fits(tasks: int, minutes: Length) -> str:
    if not tasks:
        return "No task is about that at this level."
    listed = "1 task fits" if tasks == 1 else f"{tasks} tasks fit"
    return f"{listed}, about {MINUTES_A_RUNG[minutes]} minutes for each question."


def _begin(role: Level, minutes: Length, patterns: tuple[str, ...]) -> None:
    asked = st.query_params.get("seed", "")
    seed = int(asked) if asked.isdigit() and len(asked) < 10 else secrets.randbelow(10**6)
    task = choose(fitting(interview_kept.prompts()[0], role, patterns), seed, interview_kept.asked_before())
    places.go_to_interview(interview_kept.start(plan(task, role, minutes, seed)))


def _unfinished(prompts: tuple[Prompt, ...]) -> None:
    there = interview_kept.unfinished()
    if there is None:
        return
    id, sitting = there
    title = next((one.title for one in prompts if one.id == sitting.plan.prompt), "")
    if not title:
        return
    up = " Its time is up." if sitting.time_is_up(session.room().store.now()) else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", border=True):
        st.markdown(
            f"You are in the middle of one: {title}, question {sitting.at + 1} of {len(sitting.turns)}.{up}",
            width="content",
        )
        st.button("Go on with it", shortcut="o", key="resume", on_click=places.go_to_interview, args=(id,))


def _drills(prompts: tuple[Prompt, ...]) -> None:
    st.header("Sixty seconds", anchor=False)
    due = interview_kept.due_gaps()
    st.markdown(
        "One question, one minute, your own words. Then the list of what must be mentioned lights up, and "
        "what is missing comes back another day."
    )
    every = [f"{prompt.id}/{rung.id}" for prompt in prompts for rung in prompt.rungs]
    if not every:
        return
    seed = int(session.room().store.now()) // 60
    any_one = every[order(len(every), seed, "drill")[0]]
    with st.container(horizontal=True):
        if due:
            st.button(
                f"Drill what you missed: {len(due)}", key="drill-due", shortcut="d",
                on_click=places.go_to_drill, args=(due[0],),
            )  # fmt: skip
        st.button("Any question", key="drill-any", on_click=places.go_to_drill, args=(any_one,))


def _past() -> None:
    over = interview_kept.past()
    if not over:
        return
    st.header("Your interviews", anchor=False)
    for one in over[:FEWER]:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.button("Report", key=f"report-{one.id}", on_click=places.go_to_interview, args=(one.id,))
            st.markdown(_line(one), width="stretch")


def _line(one: Interview) -> str:
    kept: Any = one.report if isinstance(one.report, dict) else {}
    day = datetime.fromtimestamp(one.started, UTC).strftime("%-d %B %Y")
    return f"{kept.get('title', 'An interview')} · {day} · :gray[{kept.get('headline', '')}]"
