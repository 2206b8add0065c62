"""Skipping what one knows: the learner says which lessons, and the path goes on after them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lessons.library import Loaded
from lessons.progress import KNOWN, LessonProgress
from ui import places, session

__all__ = ["draw_known", "draw_placement"]


def draw_placement(loaded: Mapping[str, Loaded], progress: Mapping[str, LessonProgress]) -> None:
    """Below the path: every lesson that is not done, to be marked as known or not known after all."""
    open_ones = [slug for slug, one in progress.items() if one.known or not one.complete]
    if not open_ones:
        return
    known = [slug for slug in open_ones if progress[slug].known]
    with st.expander("Skip what you know"):
        st.markdown(
            "Mark what you would defend in an interview. Its steps count as skipped, not as done, and you "
            "can open it all the same. Not sure? Answer its questions first.",
            width=780,
        )
        chosen = st.pills(
            "Lessons that I know",
            open_ones,
            selection_mode="multi",
            default=known,
            format_func=lambda slug: loaded[slug].lesson.title,
            key=f"known-{'-'.join(known)}",
        )
        if set(chosen) != set(known):
            for slug in set(chosen) ^ set(known):
                _mark(slug, known=slug in chosen)
            st.rerun()


def draw_known(slug: str, one: LessonProgress) -> None:
    """On the first step of a lesson: skip it, or take that back."""
    if one.complete and not one.known:
        return
    with st.container(key="ks-known", horizontal=True, vertical_alignment="center", gap="small"):
        label = "I do not know it after all" if one.known else "I know this: skip it"
        st.button(label, key="known", on_click=_skip, args=(slug, not one.known))
        if not one.known:
            st.button(
                "Answer its questions first", key="known-quiz", on_click=places.go_to_quiz, args=(slug,)
            )


def _skip(slug: str, known: bool) -> None:
    _mark(slug, known=known)
    if known:
        places.go_home()


def _mark(slug: str, *, known: bool) -> None:
    session.room().store.mark(slug, KNOWN, session.learner(), done=known)
