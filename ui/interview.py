"""The mock interview: `?page=interview`, one sitting by `&sitting=...`, a sixty-second drill by `&drill=...`.

One thing at a time: the beginning, a question, the evidence for a claim, the reveal, the report. Which of
them it is stands in the store, so a reload or another tab goes on at the same place.
"""

from __future__ import annotations

import streamlit as st

from ui import (
    frame,
    interview_begin,
    interview_drill,
    interview_kept,
    interview_report,
    interview_turn,
    session,
)

__all__ = ["draw"]


def draw() -> None:
    with frame.guard(), st.container(key="ks-interview", width=900):
        _draw()


def _draw() -> None:
    store = session.room().store
    if store.problem:
        st.warning(store.problem)
    if drill := st.query_params.get("drill", ""):
        interview_drill.draw(drill)
        return
    asked = st.query_params.get("sitting", "")
    sitting = interview_kept.found(asked) if asked else None
    prompt = (
        next((one for one in interview_kept.prompts()[0] if one.id == sitting.plan.prompt), None)
        if sitting
        else None
    )
    if sitting is None or prompt is None:
        interview_begin.draw(gone=bool(asked))
    elif sitting.over is not None:
        interview_report.draw(asked, prompt, sitting)
    else:
        interview_turn.draw(asked, prompt, sitting)
