"""The page of the learner: what is due today, the map of weak topics, how sure they are, and their data."""

from __future__ import annotations

import contextlib
import secrets
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from lessons import curriculum
from memory.calibration import Bucket, calibration, overall, streak
from memory.scheduling import due, due_at, last_days, recall
from memory.topics import weak_topics, weakest
from memory.values import Answer, Card, Profile
from ui import me_data, me_interviews, me_who, places, session
from ui.components.topics import draw_topics
from ui.quiz_bank import banks, name_of

__all__ = ["draw", "due_words", "summary"]

_DAY = 86_400.0
MOST = 20
"""Questions of one review: more than that in a row is no review."""


def draw() -> None:
    store, learner = session.room().store, session.learner()
    profile = store.profiles.get(learner)
    st.title(me_who.title(profile), anchor=False)
    if store.problem:
        st.warning(store.problem)
    me_who.draw(profile)
    answers, cards = store.attempts.answers(learner), _askable(store.reviews.cards(learner))
    now = store.now()
    st.markdown(summary(answers, now, _ahead_of_utc(), len(store.done(learner))))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _today(cards, profile, now)
        me_interviews.draw()
    with right:
        _interview(cards, profile, now)
    st.header("What you are weak in", anchor=False)
    _weak(answers, cards, now)
    st.header("How sure you are, and how right", anchor=False)
    _calibration(answers)
    st.header("Your data", anchor=False)
    me_data.draw(learner)


def summary(answers: tuple[Answer, ...], now: float, ahead_of_utc: float, steps: int) -> str:
    """ "12 questions answered, 75 % right at the last try. 9 steps done. 3 days in a row." """
    last = {one.question: one.right for one in answers}
    parts = []
    if last:
        right = round(100 * sum(last.values()) / len(last))
        parts.append(f"{_count(len(last), 'question')} answered, {right} % right at the last try.")
    if steps:
        parts.append(f"{_count(steps, 'step')} of the lessons done.")
    row = streak((one.at for one in answers), now, ahead_of_utc=ahead_of_utc)
    if row.days > 1:
        parts.append(f"{row.days} days in a row.")
    elif row.total > 1:
        parts.append(f"Answers on {row.total} days.")
    return " ".join(parts) or "Nothing yet: what you do in lessons and quizzes shows up here."


def due_words(cards: tuple[Card, ...], now: float, interview: date | None) -> str:
    """When the next question is due, where none is now."""
    coming = sorted(at for card in cards if (at := due_at(card, interview)) > now)
    if not coming:
        return "Answer some questions: each comes back when you are about to forget it."
    days = (coming[0] - now) / _DAY
    when = (
        "within the hour"
        if days < 1 / 24
        else "later today"
        if days < 0.5
        else f"in {_count(max(1, round(days)), 'day')}"
    )
    return f"Nothing is due. The next question comes {when}."


def _today(cards: tuple[Card, ...], profile: Profile, now: float) -> None:
    st.header("Due today", anchor=False)
    waiting = due(cards, now, profile.interview)
    if not waiting:
        st.markdown(due_words(cards, now, profile.interview))
        st.button("Questions", key="me-questions", on_click=places.go_to_questions)
        return
    order = "what you would forget by the interview first" if profile.interview else "the longest due first"
    st.markdown(f"{_count(len(waiting), 'question')} to go through again, {order}.")
    ids = tuple(card.subject for card in waiting[:MOST])
    st.button(
        f"Review {len(ids)} now", type="primary", shortcut="g", key="review", on_click=_review, args=(ids,)
    )


def _interview(cards: tuple[Card, ...], profile: Profile, now: float) -> None:
    st.header("Your interview", anchor=False)
    today = datetime.fromtimestamp(now + _ahead_of_utc(), UTC).date()
    st.date_input(
        "The day of your interview", profile.interview, key="me-interview", format="YYYY-MM-DD",
        min_value=min(today, profile.interview or today), max_value=today + timedelta(days=730),
        on_change=_set_interview, help="Everything is then asked once more before it.",
    )  # fmt: skip
    if profile.interview is None:
        st.markdown(":gray[With a date, questions come by what you would have forgotten on that day.]")
        return
    days = (profile.interview - today).days
    if days < 0:
        st.markdown(":gray[It is over. How did it go?]")
        return
    known = [card for card in cards if card.last_review is not None]
    if known:
        expected = sum(recall(card, now + days * _DAY) for card in known)
        st.markdown(
            f"In {_count(days, 'day')}. Of the {len(known)} questions you have answered you would still know "
            f"about {round(expected)} on that day (predicted by FSRS from your answers)."
        )
    plan = last_days(cards, now, profile.interview)
    if plan is not None and plan.first:
        with st.container(border=True):
            st.markdown(
                f"**The last 48 hours.** Today: the {len(plan.first)} weakest. The evening before: the "
                f"{len(plan.last)} weakest of these again. Leave the other {plan.left_alone} alone: sleep."
            )
            for label, chosen in (("The weakest", plan.first), ("The evening before", plan.last)):
                ids = tuple(card.subject for card in chosen)
                st.button(f"{label}: {len(ids)}", key=f"plan-{label}", on_click=_review, args=(ids,))


def _weak(answers: tuple[Answer, ...], cards: tuple[Card, ...], now: float) -> None:
    slugs = [entry.slug for entry in curriculum.entries()]
    rows = weak_topics(answers, cards, slugs, now)
    worst = weakest(rows)
    if worst:
        listed = "; ".join(
            f"**{name_of(one.pattern)}, {one.topic}** ({one.word}, {one.right} of {one.questions} right)"
            for one in worst
        )
        st.markdown(f"Begin with {listed}.")
    elif answers:
        st.markdown("Nothing that you were asked is weak.")
    # An empty map of every pattern would push all that follows off the page.
    with (
        contextlib.nullcontext()
        if answers
        else st.expander("Nothing asked yet: choose a topic to begin with")
    ):
        draw_topics(rows, {slug: name_of(slug) for slug in slugs}, now, go=places.go_to_topic)


def _calibration(answers: tuple[Answer, ...]) -> None:
    everything = overall(answers)
    if everything is None:
        st.markdown(
            "Questions ask how sure you are before they tell. Here you see whether you know what you know."
        )
        return
    lines = ["| How sure | Answers | Right | So you are |", "|---|--:|--:|---|"]
    lines += [
        f"| {_sure(one)} | {one.answers} | {round(100 * one.share)} % | {_verdict(one)} |"
        for one in calibration(answers)
    ]
    lines.append(
        f"| **all, {round(100 * everything.sure)} % on average** | **{everything.answers}** "
        f"| **{round(100 * everything.share)} %** | {_verdict(everything)} |"
    )
    st.markdown("\n".join(lines))


def _sure(bucket: Bucket) -> str:
    if bucket.low == 0:
        return "under 50 %"
    return f"{bucket.low} % and more" if bucket.high > 100 else f"{bucket.low} to {bucket.high - 1} %"


def _verdict(bucket: Bucket) -> str:
    signs = {
        "too sure": ":red[:material/trending_down: too sure]",
        "too modest": ":orange[:material/trending_up: too modest]",
        "about right": ":green[:material/check: about right]",
    }
    return signs.get(bucket.word, bucket.word)


def _askable(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """The cards whose question is still in a bank."""
    known = {question.id for bank in banks()[0] for question in bank.questions} if cards else set()
    return tuple(card for card in cards if card.kind == "question" and card.subject in known)


def _review(questions: tuple[str, ...]) -> None:
    begun = session.room().store.attempts.begin(
        session.learner(), questions, seed=secrets.randbelow(10**6), filter={"review": True}
    )
    places.go_to_attempt(begun.id)


def _set_interview() -> None:
    day = session.held("me-interview")
    session.room().store.profiles.set_interview(session.learner(), day if isinstance(day, date) else None)


def _ahead_of_utc() -> float:
    """Seconds by which the learner's clock is ahead of UTC; JavaScript counts the other way round."""
    minutes = st.context.timezone_offset
    return -60.0 * minutes if isinstance(minutes, int) else 0.0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
