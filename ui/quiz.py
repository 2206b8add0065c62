"""The quiz page: a beginning, one question at a time, and how it went.

The address says which attempt it is; the attempt's questions, seed, position and what is not sent yet are in
the store, so a reload, a lost connection or another tab goes on at the same place.
"""

from __future__ import annotations

import streamlit as st

from ui import frame, quiz_begin, quiz_question, quiz_summary, session

__all__ = ["draw"]


@st.fragment
def draw() -> None:
    with frame.guard():
        _draw()


def _draw() -> None:
    store = session.room().store
    asked = st.query_params.get("attempt", "")
    attempt = store.attempts.get(session.learner(), asked) if asked else None
    if store.problem:
        st.warning(store.problem)
    if asked and attempt is None:
        st.info("That quiz is not one of yours, or it is no longer kept. Here you can begin another.")
    if attempt is None:
        quiz_begin.draw()
    elif attempt.finished is not None or attempt.position >= len(attempt.questions):
        quiz_summary.draw(attempt)
    else:
        quiz_question.draw(attempt)
