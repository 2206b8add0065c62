"""What home shows: one picture of what this is about, where to go on, and the path with what is done."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lessons import library
from lessons.author.content import content_here
from lessons.library import LessonError, Loaded
from lessons.progress import LessonProgress, Next, next_step, of_course
from ui import places, session
from ui.components.path import draw_path
from ui.components.race import draw_race
from ui.placement import draw_placement

__all__ = ["draw", "invitation", "open_lessons", "summary"]


def draw() -> None:
    loaded, broken = open_lessons()
    outline = {slug: one.headings for slug, one in loaded.items()}
    store, owner = session.room().store, session.learner()
    done = store.done(owner)
    progress = of_course(outline, done)
    coming = next_step(outline, done, store.last(owner))

    with st.container(key="ks-hero"):
        words, picture = st.columns([6, 5], gap="large", vertical_alignment="center")
        with words:
            st.title("Rehearse Redis for the interview.", anchor=False)
            st.markdown(
                "Twenty patterns as real code on a real Redis. Press a button: see every command it sent, "
                "the line that sent it, and what it left behind. Then let fifty clients loose on it, "
                "and count the damage."
            )
            label, detail = invitation(coming, loaded)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                slug, step = _first(coming, loaded)
                st.button(
                    label,
                    type="primary",
                    key="go",
                    shortcut="g",
                    disabled=not slug,
                    on_click=places.go_to_lesson,
                    args=(slug, step),
                )
                st.button("Questions", key="questions", shortcut="q", on_click=places.go_to_questions)
                st.button("Interview", key="interview", shortcut="i", on_click=places.go_to_interview)
            st.caption(detail)
        with picture:
            draw_race()
    if store.problem:
        st.warning(store.problem)
    for says in content_problems():
        st.warning(says)
    st.header("The path", anchor=False)
    minutes = {slug: one.lesson.minutes for slug, one in loaded.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{summary(progress, minutes)}]", width="stretch")
        st.button("Cheat sheet", key="cheatsheet", on_click=places.go_to_page, args=("cheatsheet",))
        st.button("Facts", key="facts", on_click=places.go_to_page, args=("facts",))
    draw_path(library.chapters(), loaded, broken, progress, coming, go=places.go_to_lesson)
    draw_placement(loaded, progress)


def open_lessons() -> tuple[dict[str, Loaded], dict[str, str]]:
    """The lessons that can be opened, and what is wrong with those that should be."""
    loaded: dict[str, Loaded] = {}
    broken: dict[str, str] = {}
    for chapter in library.chapters():
        for entry in chapter.entries:
            if entry.planned:
                continue
            try:
                loaded[entry.slug] = library.load(entry.slug)
            except LessonError as error:
                broken[entry.slug] = error.says
    return loaded, broken


def content_problems() -> tuple[str, ...]:
    """What is wrong with the instructor's folder, if there is one."""
    found = content_here()
    if not found:
        return ()
    from lessons.author.check import flaws_of_scene_lists  # with the decks and the races: only where needed

    return (*found.problems, *flaws_of_scene_lists(found))


def invitation(coming: Next | None, loaded: Mapping[str, Loaded]) -> tuple[str, str]:
    """The words on the button, and beside it."""
    if coming is None:
        return (
            ("Go through it again", "Every open lesson is done.") if loaded else ("Nothing is open yet", "")
        )
    lesson = loaded[coming.slug]
    step = lesson.headings.index(coming.heading) + 1
    if coming.resumes:
        return f"Go on with {lesson.lesson.title}", f"Step {step} of {len(lesson.parts)}: {coming.heading}"
    return f"Start with {lesson.lesson.title}", f"{lesson.lesson.minutes} minutes, {len(lesson.parts)} steps"


def _first(coming: Next | None, loaded: Mapping[str, Loaded]) -> tuple[str, int]:
    """Where the button leads: lesson and step."""
    if coming is None:
        return next(iter(loaded), ""), 1
    return coming.slug, loaded[coming.slug].headings.index(coming.heading) + 1


def summary(progress: Mapping[str, LessonProgress], minutes: Mapping[str, int] | None = None) -> str:
    """ "1 of 4 open lessons done, 9 of 31 steps. 1 is skipped. About 40 minutes are left." """
    planned = sum(entry.planned for chapter in library.chapters() for entry in chapter.entries)
    lessons = sum(one.complete and not one.known for one in progress.values())
    known = sum(one.known for one in progress.values())
    left = sum(one.minutes_left((minutes or {}).get(slug, 0)) for slug, one in progress.items())
    steps, all_steps = (
        sum(len(one.done) for one in progress.values()),
        sum(one.total for one in progress.values()),
    )
    more = f" {planned} more are planned." if planned else ""
    more += f" {known} {'is' if known == 1 else 'are'} skipped." if known else ""
    more += f" About {_span(left)} left." if left else ""
    return f"{lessons} of {len(progress)} open lessons done, {steps} of {all_steps} steps.{more}"


def _span(minutes: int) -> str:
    """ "40 minutes are", "4 hours 10 minutes are"."""
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in ((hours, "hour"), (rest, "minute"))
        if count
    ]
    return f"{' '.join(parts)} {'is' if minutes == 1 else 'are'}"
