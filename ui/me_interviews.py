"""Interviews on the learner's page: gaps that are due, the last report, and the way to another one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import interview_kept, places

__all__ = ["draw"]


def draw() -> None:
    due, past = interview_kept.due_gaps(), interview_kept.past()
    kept: Any = past[0].report if past and isinstance(past[0].report, dict) else {}
    if kept:
        st.markdown(f"The last mock interview, {kept.get('title', '')}: {kept.get('headline', '')}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if due:
            st.button(
                f"Drill {len(due)} gap{'' if len(due) == 1 else 's'}", key="me-gaps", shortcut="d",
                on_click=places.go_to_drill, args=(due[0],),
            )  # fmt: skip
        st.button("Mock interview", key="me-mock", shortcut="i", on_click=places.go_to_interview)
