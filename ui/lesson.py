"""A lesson: its head, one step at a time, and the way on. The address always says where one is."""

from __future__ import annotations

import streamlit as st

from lessons import curriculum, library
from lessons.library import LessonError, Loaded, Part
from lessons.model import Burst, Prove, Run
from lessons.progress import of_lesson
from ui import frame, places, session, steps
from ui.components.head import draw_head
from ui.placement import draw_known
from ui.quiz_bank import has_quiz
from ui.race_source import offers

__all__ = ["chapter_of", "draw", "step_of"]


def draw() -> None:
    """Not a fragment: what runs in a step is one, and a fragment in another loses its place in the page when
    both are drawn in haste (the browser is then told to put something where nothing is)."""
    with frame.guard():
        _draw(st.query_params["lesson"])


def _draw(slug: str) -> None:
    try:
        loaded = library.load(slug)
    except LessonError as error:
        _no_lesson(slug, error)
        return
    position = step_of(st.query_params.get("step", "1"), len(loaded.parts))
    part = loaded.parts[position]
    store, owner = session.room().store, session.learner()
    mine = of_lesson(slug, loaded.headings, store.done(owner))
    done = mine.done
    draw_head(loaded, chapter_of(slug), position, done, go=lambda chosen: _go(loaded, part, chosen))
    # In a container, so that the way on keeps its place: drawn at another, it would be there twice until
    # the end of the run, and a key pressed meanwhile might go to the one that leads nowhere any more.
    with st.container():
        steps.draw(loaded, part)
        if position == 0:
            draw_known(slug, mine)
    _way_on(loaded, part, position)
    if store.last(owner) != (slug, part.heading):  # last, because a disk may be slow
        store.visit(slug, part.heading, owner)


def step_of(asked: str, total: int) -> int:
    """The position of the step that the address asks for; the nearest one where there is none."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(number, 1), total) - 1


def chapter_of(slug: str) -> str:
    """ "Chapter 3: Count" """
    for number, chapter in enumerate(library.chapters(), 1):
        if any(entry.slug == slug for entry in chapter.entries):
            return f"Chapter {number}: {chapter.title}"
    return ""


def _no_lesson(slug: str, error: LessonError) -> None:
    st.title("That lesson is not here", anchor=False)
    st.error(error.says)
    near = curriculum.nearest(slug, library.chapters())
    entry = curriculum.entry(near, library.chapters()) if near and near != slug else None
    with st.container(horizontal=True):
        if entry and not entry.planned:
            st.button(
                f"Open {entry.title}",
                type="primary",
                shortcut="g",
                on_click=places.go_to_lesson,
                args=(entry.slug,),
            )
        st.button("The path", shortcut="p", on_click=places.go_home)


def _way_on(loaded: Loaded, part: Part, position: int) -> None:
    """Back and on."""
    last = position + 1 == len(loaded.parts)
    back = f"Back: {loaded.parts[position - 1].heading}" if position else "The path"
    on = "Finish the lesson" if last else f"Next: {loaded.parts[position + 1].heading}"
    with st.container(key="ks-way-on", horizontal=True, horizontal_alignment="distribute"):
        st.button(back, key="back", shortcut="p", wrap=True, on_click=_go, args=(loaded, None, position - 1))
        if offers(loaded.slug):
            st.button("Race lab", key="race", shortcut="l", on_click=places.go_to_race, args=(loaded.slug,))
        if has_quiz(loaded.slug):
            st.button(
                "Questions", key="questions", shortcut="q", on_click=places.go_to_quiz, args=(loaded.slug,)
            )
        st.button(
            on,
            key="next",
            shortcut="n",
            type="primary",
            wrap=True,
            on_click=_go,
            args=(loaded, part, position + 1),
        )
    st.caption(
        f"For a room: [present it](?present={loaded.slug}), [the speaker's notes](?notes={loaded.slug}), "
        f"[a handout](?handout={loaded.slug})"
    )


def _go(loaded: Loaded, leaving: Part | None, position: int) -> None:
    """To another step, or home beyond either end. A step with something to run is done when it has run; any
    other when one goes on from it."""
    if leaving and not isinstance(leaving.step, Run | Burst | Prove):
        session.room().store.mark(loaded.slug, leaving.heading, session.learner())
    if 0 <= position < len(loaded.parts):
        places.go_to_lesson(loaded.slug, position + 1)
    else:
        places.go_home()
