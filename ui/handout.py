"""A lesson to print: `?handout=leaderboard` gives one file that needs nothing else."""

from __future__ import annotations

import streamlit as st

from lessons import library
from lessons.library import LessonError
from lessons.present.handout import handout
from ui import places

__all__ = ["draw"]


def draw() -> None:
    slug = st.query_params.get("handout", "")
    try:
        loaded = library.load(slug)
    except LessonError as error:
        st.title("That lesson is not here", anchor=False)
        st.error(error.says)
        st.button("The path", shortcut="p", on_click=places.go_home)
        return
    st.title(f"{loaded.lesson.title} on paper", anchor=False)
    st.markdown(
        "Words, both versions side by side, the numbers with their sources, and the questions with room to "
        "answer. One HTML file: open it and print it. What a run shows is not on it; that is on the "
        "learner's own Redis."
    )
    with st.container(horizontal=True):
        st.download_button(
            "Save the handout",
            handout(loaded),
            file_name=f"{slug}.html",
            mime="text/html",
            type="primary",
            key="handout",
        )
        st.button("Back to the lesson", key="back", on_click=places.go_to_lesson, args=(slug,))
