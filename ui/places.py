"""Where one is: a single address, `/`, whose query says what it shows.

`?lesson=leaderboard&step=2` is a lesson, `?race=leaderboard` a race, `?page=machine` the machine, nothing
is home. So every address that we give out reloads cleanly and can be passed on. What goes somewhere is for
callbacks: it changes the address before the page is drawn.
"""

from __future__ import annotations

import streamlit as st

from lessons import curriculum, library

__all__ = [
    "CHEATSHEET",
    "FACTS",
    "HANDOUT",
    "HOME",
    "INTERVIEW",
    "LESSON",
    "MACHINE",
    "ME",
    "NOTES",
    "PRESENT",
    "QUIZ",
    "RACE",
    "asked",
    "go_home",
    "go_to_attempt",
    "go_to_drill",
    "go_to_interview",
    "go_to_lesson",
    "go_to_machine",
    "go_to_me",
    "go_to_page",
    "go_to_questions",
    "go_to_quiz",
    "go_to_race",
    "go_to_scene",
    "go_to_topic",
    "title",
    "view",
]

HOME = "ui/pages/home.py"
LESSON = "ui/pages/lesson.py"
MACHINE = "ui/pages/machine.py"
ME = "ui/pages/me.py"
RACE = "ui/pages/race.py"
QUIZ = "ui/pages/quiz.py"
PRESENT = "ui/pages/present.py"
NOTES = "ui/pages/notes.py"
HANDOUT = "ui/pages/handout.py"
FACTS = "ui/pages/facts.py"
CHEATSHEET = "ui/pages/cheatsheet.py"
INTERVIEW = "ui/pages/interview.py"

_NAMED = ("lesson", "race", "present", "notes", "handout", "quiz")


def asked() -> str:
    """The file of the page that the address asks for."""
    if "present" in st.query_params:
        return PRESENT
    if "notes" in st.query_params:
        return NOTES
    if "handout" in st.query_params:
        return HANDOUT
    if "lesson" in st.query_params:
        return LESSON
    if "race" in st.query_params:
        return RACE
    if "quiz" in st.query_params or st.query_params.get("page") == "quiz":
        return QUIZ
    if st.query_params.get("page") == "me":
        return ME
    if st.query_params.get("page") == "interview":
        return INTERVIEW
    if st.query_params.get("page") in ("facts", "cheatsheet"):
        return FACTS if st.query_params["page"] == "facts" else CHEATSHEET
    return MACHINE if st.query_params.get("page") == "machine" else HOME


def view() -> tuple[str, str, str]:
    """What of the address says which parts a page has; the rest of it is for the parts themselves."""
    return asked(), st.query_params.get("lesson", ""), st.query_params.get("step", "")


def title() -> str:
    """What the browser's tab says."""
    asked_for = next((st.query_params[name] for name in _NAMED if name in st.query_params), "")
    entry = curriculum.entry(asked_for.partition(":")[0], library.chapters())
    return f"{entry.title} · Keyspace" if entry else "Keyspace"


def go_to_lesson(slug: str, step: int = 1) -> None:
    st.query_params.from_dict({"lesson": slug, "step": str(step)})


def go_to_page(name: str) -> None:
    """To a page that has a name: "facts", "cheatsheet"."""
    st.query_params.from_dict({"page": name})


def go_to_machine() -> None:
    st.query_params.from_dict({"page": "machine"})


def go_to_me() -> None:
    st.query_params.from_dict({"page": "me"})


def go_to_topic(slug: str, topic: str) -> None:
    """To the beginning of a quiz about one topic of one pattern."""
    st.query_params.from_dict({"quiz": slug, "topic": topic})


def go_to_scene(number: int) -> None:
    """To a scene of the deck that is shown, counted from 1."""
    st.query_params["scene"] = str(number)


def go_to_race(slug: str, number: int = 1, version: str = "") -> None:
    """To a race of a lesson, counted from 1, with the naive version if none is said."""
    more = {"n": str(number) if number > 1 else "", "v": version}
    st.query_params.from_dict({"race": slug, **{name: value for name, value in more.items() if value}})


def go_to_quiz(slug: str) -> None:
    st.query_params.from_dict({"quiz": slug})


def go_to_questions() -> None:
    """To the beginning of a quiz about anything."""
    st.query_params.from_dict({"page": "quiz"})


def go_to_attempt(attempt: str, slug: str = "") -> None:
    """Into a quiz that has begun."""
    st.query_params.from_dict({**({"quiz": slug} if slug else {"page": "quiz"}), "attempt": attempt})


def go_to_interview(sitting: str = "") -> None:
    """Into a mock interview, or to the beginning of one."""
    st.query_params.from_dict({"page": "interview", **({"sitting": sitting} if sitting else {})})


def go_to_drill(subject: str) -> None:
    """To a sixty-second answer; `subject` is "task/question"."""
    st.query_params.from_dict({"page": "interview", "drill": subject})


def go_home() -> None:
    st.query_params.clear()
