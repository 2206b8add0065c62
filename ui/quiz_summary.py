"""How a quiz went: right and wrong, how sure one was, what to do next."""

from __future__ import annotations

import secrets

import streamlit as st

from lessons.progress import KNOWN
from memory.calibration import Bucket, calibration
from memory.values import Answer, Attempt
from ui import places, session
from ui.quiz_bank import found, name_of
from ui.quiz_question import SECONDS

__all__ = ["draw", "headline", "how_sure", "known"]

ENOUGH = 5
"""Questions about a lesson, all answered right, after which it may be skipped."""


def draw(attempt: Attempt) -> None:
    attempts, learner = session.room().store.attempts, session.learner()
    answers = attempts.answers(learner, attempt.id)
    wrong = [one.question for one in answers if not one.right]
    flags = {flag.question for flag in attempts.flags(learner)}
    with st.container(key="ks-quiz", width=980):
        st.title(headline(answers), anchor=False)
        st.header(f":gray[{_about(answers)}]", anchor=False)
        _placement(answers)
        _calibration(answers)
        st.subheader("Question by question", anchor=False)
        for one in answers:
            _line(one, bool(attempt.filter.get("timed")), one.question in flags)
        left = len(attempt.questions) - len(answers)
        if left:
            st.caption(f"{left} were not answered.")
        with st.container(horizontal=True, gap="medium"):
            st.button(
                f"Retry the {len(wrong)} missed",
                type="primary", shortcut="g", key="retry", disabled=not wrong,
                on_click=_retry, args=(tuple(wrong), attempt),
            )  # fmt: skip
            st.button("Another quiz", shortcut="n", key="another", on_click=places.go_to_questions)
            st.button("The path", shortcut="p", key="home", on_click=places.go_home)


def headline(answers: tuple[Answer, ...]) -> str:
    """ "7 of 10 right" """
    right = sum(one.right for one in answers)
    return f"{right} of {len(answers)} right" if answers else "Nothing was answered"


def known(answers: tuple[Answer, ...]) -> list[str]:
    """Lessons that these answers show to be known: enough of their questions, and every one right."""
    asked: dict[str, list[bool]] = {}
    for one in answers:
        asked.setdefault(one.pattern, []).append(one.right)
    return [slug for slug, right in asked.items() if len(right) >= ENOUGH and all(right)]


def _placement(answers: tuple[Answer, ...]) -> None:
    """What was answered without a mistake need not be learned again."""
    store, learner = session.room().store, session.learner()
    done = store.done(learner)
    for slug in known(answers):
        if (slug, KNOWN) in done:
            st.caption(f"The path counts {name_of(slug)} as known.")
            continue
        st.button(
            f"All right about {name_of(slug)}: skip its lesson",
            key=f"known-{slug}", on_click=store.mark, args=(slug, KNOWN, learner),
        )  # fmt: skip


def _calibration(answers: tuple[Answer, ...]) -> None:
    buckets = calibration(answers)
    if not buckets:
        return
    st.subheader("How sure you were, and how right", anchor=False)
    for one in buckets:
        tail = {
            "too sure": " :red[:material/trending_down: Surer than you had reason to be.]",
            "too modest": " :orange[:material/trending_up: You know more than you think.]",
            "about right": " :green[:material/check: You know what you know.]",
        }.get(one.word, "")
        st.markdown(f"{how_sure(one)}{tail}")
    if all(one.word == "too few to tell" for one in buckets):
        st.caption("So few answers say little. All that you have answered is added up on your page.")


def _about(answers: tuple[Answer, ...]) -> str:
    """ "Leaderboard, Distributed lock" """
    return ", ".join(dict.fromkeys(name_of(one.pattern) for one in answers)) or "No question was answered"


def how_sure(one: Bucket) -> str:
    """ "You were 90 % sure, and 55 % right: 5 of 9." """
    return (
        f"You were {round(100 * one.sure)} % sure, and {round(100 * one.share)} % right: "
        f"{one.right} of {one.answers}."
    )


def _line(answer: Answer, timed: bool, flagged: bool) -> None:
    there = found(answer.question)
    if there is None:
        return
    bank, question = there
    mark = ":green[:material/check:] right" if answer.right else ":red[:material/close:] wrong"
    sure = f", {answer.confidence} % sure" if answer.confidence is not None else ""
    late = ", over time" if timed and answer.seconds > SECONDS[question.level] else ""
    first = question.prompt.strip().split(". ")[0].strip("“”").replace("\n", " ")
    flag = " :material/flag: flagged" if flagged else ""
    st.markdown(
        f"{mark}{sure}{late}{flag} · {name_of(bank)}, {question.topic}, level {question.level}  \n"
        f":gray[{first[:120]} …]"
    )


def _retry(questions: tuple[str, ...], attempt: Attempt) -> None:
    made = session.room().store.attempts.begin(
        session.learner(), questions, seed=secrets.randbelow(10**6), filter=attempt.filter
    )
    places.go_to_attempt(made.id)
