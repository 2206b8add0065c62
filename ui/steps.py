"""Draws each kind of step. Words to the left, what runs to the right; on a phone one below the other."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from lessons.library import Loaded, Part
from lessons.measure import told
from lessons.model import (
    Ask,
    Burst,
    Check,
    Compare,
    Cost,
    Fault,
    Load,
    Numbers,
    Production,
    Prove,
    Read,
    Run,
    Scale,
)
from patterns import catalogue
from ui import console, frame, places, session
from ui.components.card import draw_card
from ui.components.code import draw_scripts
from ui.components.difference import draw_difference
from ui.words import draw_words, plain_dollars

if TYPE_CHECKING:
    from lab.bench import Outcome

__all__ = ["draw"]

TOPICS = {
    "failures": "When something fails",
    "races": "When two come at once",
    "hot keys": "When one key takes it all",
    "cost": "What it costs",
    "choice": "Whether and which",
}


def draw(loaded: Loaded, part: Part) -> None:
    """The step, below the head of its lesson."""
    match part.step:
        case Read():
            _read(loaded, part)
        case Run() as step:
            console.draw_run(loaded, step, part.words)
        case Burst() as step:
            draw_words(part.words)
            console.draw_burst(loaded, step)
        case Compare() as step:
            draw_words(part.words)
            for number, pair in enumerate(step.pairs):
                draw_difference(pair, key=f"pair-{number}")
                draw_scripts(pair.hardened, key=f"scripts-{number}")
        case Numbers() as step:
            draw_words(part.words)
            _numbers(loaded, step)
        case Ask():
            draw_words(part.words)
            _questions(part)
        case Prove() as step:
            from ui.prove import draw_prove

            draw_words(part.words)
            draw_prove(loaded, step)
        case Cost() as step:
            from ui.cost import draw_cost

            draw_words(part.words)
            draw_cost(loaded, step)
        case Scale() as step:
            from ui.scale import draw_scale

            draw_words(part.words)
            draw_scale(loaded, step)
        case Production() as step:
            from ui.production import draw_production

            draw_words(part.words)
            draw_production(loaded, step)
        case Fault() | Load() as step:
            from ui.experiments import draw_experiments

            draw_words(part.words)
            draw_experiments(loaded, step)
        case Check():
            draw_words(part.words)
            st.button(
                "Answer the questions", type="primary", shortcut="g", key="quiz",
                on_click=places.go_to_quiz, args=(loaded.slug,),
            )  # fmt: skip


def _read(loaded: Loaded, part: Part) -> None:
    """Words, and beside the first of them the pattern at a glance."""
    opens = part is loaded.parts[0] and loaded.lesson.pattern
    if not opens:
        with st.container(key="ks-read"):
            draw_words(part.words)
        return
    words, card = st.columns([3, 2], gap="large")
    with words, st.container(key="ks-read"):
        draw_words(part.words)
    with card, frame.guard():
        draw_card(catalogue.pattern(str(loaded.lesson.pattern)))


def _questions(part: Part) -> None:
    """By topic, in the order in which the topics first come up; the answers are closed."""
    order = list(dict.fromkeys(one.topic for one in part.questions))
    by_topic = sorted(part.questions, key=lambda one: order.index(one.topic))
    with st.container(key="ks-ask", width=960):
        for topic, questions in groupby(by_topic, lambda one: one.topic):
            st.subheader(TOPICS.get(topic, topic.capitalize()), anchor=False)
            for question in questions:
                with st.expander(plain_dollars(question.question)):
                    draw_words(question.answer)


@st.fragment
def _numbers(loaded: Loaded, step: Numbers) -> None:
    """Facts with their sources; those that can be measured are, on this learner's server, when asked."""
    with frame.guard():
        measured = session.desk().measured.setdefault((loaded.slug, step.heading), {})
        if any(fact.measure for fact in step.facts) and st.button(
            "Measure on this Redis", key="measure", type="primary", shortcut="g"
        ):
            owner, store = session.learner(), session.room().store
            bench = session.bench(loaded.slug, loaded.lesson.needs)
            with st.spinner("Measuring"):
                for number, fact in enumerate(step.facts):
                    if fact.measure:
                        measured[number] = bench.run(fact.measure)
                store.mark(loaded.slug, step.heading, owner)
        for number, fact in enumerate(step.facts):
            with st.container(border=True, key=f"ks-fact-{number}"):
                says, where = st.columns([1, 1], gap="medium") if fact.measure else (st.container(), None)
                with says:
                    st.markdown(plain_dollars(fact.says))
                    sources = ", ".join(f"[{one.title}]({one.url})" for one in fact.citations)
                    if sources:
                        st.caption(sources)
                if where:
                    with where:
                        _measured(measured.get(number))


def _measured(outcome: Outcome[str] | None) -> None:
    if outcome and outcome.failure:
        st.error(plain_dollars(outcome.failure.says))
    elif outcome:
        found = told(outcome.value or "")
        st.markdown(plain_dollars(f"**{found.label}.** {found.says}"))
    else:
        st.caption("Can be measured here.")
