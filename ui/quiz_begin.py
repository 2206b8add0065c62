"""The beginning of a quiz: what to ask about, how many, with the clock or without; or going on with one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import streamlit as st

from memory.values import Attempt, Json
from quizzes.model import KINDS
from quizzes.parts import TOPICS
from quizzes.selection import Filter, fitting, pick
from ui import places, session
from ui.quiz_bank import banks, name_of

if TYPE_CHECKING:
    from memory.attempts import Attempts

__all__ = ["NAMES", "draw", "missed"]

NAMES = {
    "single": "one of several", "several": "several of several", "number": "a number",
    "predict": "predict the reply", "order": "put in order", "spot": "review the code",
    "write": "write the command", "schedule": "find the schedule", "free": "in your own words",
}  # fmt: skip
COUNTS = (5, 10, 20)
EVERYTHING, DUE, MISSED, FLAGGED, NEW = "Everything", "Due", "Missed", "Flagged", "Never asked"


def draw() -> None:
    good, broken = banks()
    slug = st.query_params.get("quiz", "")
    known = [one.slug for one in good]
    st.title(f"Questions about {name_of(slug)}" if slug in known else "Questions", anchor=False)
    if slug and slug not in known:
        st.warning(f"There are no questions about {name_of(slug)[:60]} yet. Choose from what there is.")
    for sentence in broken:
        st.warning(sentence)
    _unfinished()
    with st.container(key="ks-quiz-filter", width=1100):
        about = _about(known, slug)
        topics = _several("topic", "Topics", list(TOPICS))
        levels = _several("level", "Levels", ["1", "2", "3", "4", "5"])
        which = st.segmented_control(
            "Which", [EVERYTHING, DUE, MISSED, FLAGGED, NEW], default=EVERYTHING, key="quiz-which"
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            count = st.segmented_control("How many", [*COUNTS, "all"], default=10, key="quiz-count")
            timed = st.toggle("With the clock", key="quiz-timed", help="It is shown, and stops nobody.")
        begin = st.container()
        with st.expander("Only some kinds of question", expanded=bool(st.query_params.get("kind"))):
            kinds = _several("kind", "Kinds", list(KINDS), lambda kind: NAMES[kind])
        chosen = Filter(
            banks=tuple(about),
            topics=tuple(topics),
            levels=tuple(int(one) for one in levels),
            kinds=tuple(kinds),
        )
        there = fitting(good, chosen, _only(which))
        wanted = min(count, len(there)) if isinstance(count, int) else len(there)
        with begin:
            if not there:
                st.info(_nothing(which))
            st.button(
                f"Begin: {wanted} question{'' if wanted == 1 else 's'}",
                type="primary", shortcut="g", key="begin", disabled=not there,
                on_click=_begin, args=(chosen, _only(which), wanted, bool(timed)),
            )  # fmt: skip
            st.caption(f"{len(there)} of {sum(len(one.questions) for one in good)} questions fit.")


def missed(attempts: Attempts, learner: str) -> frozenset[str]:
    """The questions whose last answer was wrong."""
    last: dict[str, bool] = {}
    for answer in attempts.answers(learner):
        last[answer.question] = answer.right
    return frozenset(question for question, right in last.items() if not right)


def _begin(asked: Filter, only: Collection[str] | None, count: int, timed: bool) -> None:
    said = st.query_params.get("seed", "")
    seed = int(said) if said.isdigit() and len(said) < 10 else secrets.randbelow(10**6)
    ids = pick(fitting(banks()[0], asked, only), count, seed)
    kept: dict[str, Json] = {
        "banks": list(asked.banks), "kinds": list(asked.kinds), "levels": list(asked.levels),
        "topics": list(asked.topics), "timed": timed,
    }  # fmt: skip
    attempt = session.room().store.attempts.begin(session.learner(), ids, seed=seed, filter=kept)
    places.go_to_attempt(attempt.id, asked.banks[0] if len(asked.banks) == 1 else "")


def _unfinished() -> None:
    attempt = session.room().store.attempts.unfinished(session.learner())
    if attempt is None or attempt.position >= len(attempt.questions):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", border=True, width=820):
        st.markdown(f"You are in the middle of a quiz: {_words(attempt)}.", width="content")
        st.button(
            "Go on with it", shortcut="o", key="resume", on_click=places.go_to_attempt, args=(attempt.id,)
        )


def _words(attempt: Attempt) -> str:
    return f"question {attempt.position + 1} of {len(attempt.questions)}"


def _about(known: list[str], slug: str) -> list[str]:
    """Patterns and chapters by name, as many as one likes; none is all of them."""
    asked = _asked("pattern", known) or ([slug] if slug in known else [])
    return st.multiselect(
        "About", known, default=asked, format_func=name_of, key=f"quiz-pattern-{slug}",
        placeholder="Every pattern and chapter",
    )  # fmt: skip


def _several(name: str, label: str, options: list[str], say: Callable[[str], str] = str) -> list[str]:
    """Pills of which any number may be chosen; the address may say which at first."""
    return list(
        st.pills(
            label, options, selection_mode="multi", default=_asked(name, options), format_func=say,
            key=f"quiz-{name}-{st.query_params.get('quiz', '')}",
        )
    )  # fmt: skip


def _asked(name: str, options: list[str]) -> list[str]:
    return [one for one in st.query_params.get(name, "").split(",") if one in options]


def _only(which: str | None) -> Collection[str] | None:
    """The ids to choose from; None for all."""
    store, learner = session.room().store, session.learner()
    if which == DUE:
        return frozenset(card.subject for card in store.reviews.due(learner))
    if which == MISSED:
        return missed(store.attempts, learner)
    if which == FLAGGED:
        return frozenset(flag.question for flag in store.attempts.flags(learner))
    if which == NEW:
        asked = {answer.question for answer in store.attempts.answers(learner)}
        return frozenset(one.id for bank in banks()[0] for one in bank.questions) - asked
    return None


def _nothing(which: str | None) -> str:
    return {
        DUE: "Nothing is due here. What you answer comes back when you are about to forget it.",
        MISSED: "Nothing here that you have missed. Take something out of the filter, or choose everything.",
        FLAGGED: "You have flagged nothing here.",
        NEW: "You have been asked everything that fits.",
    }.get(str(which), "No question fits all of that. Take something out of the filter.")
