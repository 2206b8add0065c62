"""A schedule, event by event: what has happened, what may happen next, in the learner's own explorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import streamlit as st

from lab.explorer import Moment
from lessons import racing
from quizzes.judge import Judged
from quizzes.model import Schedule
from ui import session
from ui.components.choices import Row, draw_choices
from ui.components.code import draw_code, pieces
from ui.race_explorer import Explorer, explorers, schedule_of
from ui.race_source import Offer, Setting, offers, setting_of

__all__ = ["draw_schedule", "keys_of", "label_of", "scheduled", "story_lines"]


def scheduled(question: Schedule, address: str) -> Judged:
    """Whether this order of events breaks the naive code with the anomaly asked for."""
    explorer, setting = _explorer(question)
    try:
        schedule = schedule_of(explorer.schedule(setting, address))
    except ValueError as error:
        return Judged(False, str(error).removeprefix("ValueError: "))
    story = schedule.story()
    if schedule.wrong is None:
        return Judged(False, "Nothing is broken at the end of it.", story=story)
    right = schedule.wrong.startswith(f"{question.anomaly}: ")
    return Judged(right, schedule.wrong[0].upper() + schedule.wrong[1:] + ".", story=story)


def draw_schedule(question: Schedule, address: str, keep: Callable[[str], None], key: str) -> str:
    """Draw what has happened and what may happen next; the schedule so far, for the answer."""
    explorer, setting = _explorer(question)
    try:
        told = explorer.schedule(setting, address)
    except ValueError:  # kept from a race that has changed since
        address, told = "", explorer.schedule(setting, "")
    steps = schedule_of(told).steps
    here = explorer.at(setting, steps[-1].state_after if steps else 0)
    happened, coming = st.columns([1, 1], gap="medium")
    with happened:
        st.subheader("What has happened", anchor=False)
        st.code("\n".join(story_lines(steps)) or "Nothing yet.", language=None, wrap_lines=True)
        with st.container(horizontal=True):
            back = st.button("Take back", key=f"{key}-back", shortcut="b", disabled=not steps)
            again = st.button("Start over", key=f"{key}-again", disabled=not steps)
    with coming:
        st.subheader("What comes next?", anchor=False)
        choices = here["enabled"]
        if choices:
            keys = keys_of([one["code"] for one in choices], len(here["clients"]))
            rows = [
                Row(label_of(one, here["clients"]), mono=one["event"] == "step", key=key)
                for one, key in zip(choices, keys, strict=True)
            ]
            add = lambda place: keep(".".join([*_codes(address), choices[place]["code"]]))  # noqa: E731
            draw_choices(f"{key}-next", "What comes next", "act", rows, add, turn=len(steps))
        else:
            st.markdown("Everybody is done. Say how sure you are, or take something back.")
    if back or again:
        keep("" if again else ".".join(_codes(address)[:-1]))
        session.draw_again()
    race = racing.named(*question.race.split("/"))
    draw_code(pieces((), race.naive), (), {}, f"{key}-code", ran=False, room=0)
    return address


def keys_of(codes: Sequence[str], clients: int) -> list[int]:
    """The digit of each event: a client's next command has the client's number, as in the race lab, whoever
    else is done already; the others follow."""
    others = count(clients + 1)
    return [int(code) if code.isdigit() else next(others) for code in codes]


def label_of(choice: Mapping[str, Any], clients: Sequence[Mapping[str, Any]]) -> str:
    """An event that may come next, in words."""
    actor = choice["actor"]
    command = next((one["next_command"] for one in clients if one["name"] == actor), "")
    match choice["event"]:
        case "step":
            return f"{actor}: {command}"
        case "lost reply":
            return f"{actor} sends {command}, and the reply is lost"
        case "lost request":
            return f"{actor} sends {command}, and it never arrives"
        case "crash":
            return f"{actor} crashes"
        case "time jump":
            return "Time passes, to just after the next deadline"
        case _:
            return f"{actor} has waited in vain"


def story_lines(steps: Sequence[Moment]) -> list[str]:
    """One line an event."""
    width = max((len(step.actor) for step in steps), default=0)
    return [f"{number}. {step.actor:<{width}}  {step.says}" for number, step in enumerate(steps, 1)]


def _codes(address: str) -> list[str]:
    return [code for code in address.split(".") if code]


def _explorer(question: Schedule) -> tuple[Explorer, Setting]:
    """The learner's explorer, with this race explored."""
    offer = _offer(question)
    setting = setting_of(offer, {})
    explorer = explorers().of(session.learner())
    explorer.verdict(setting, offer.bounds)
    return explorer, setting


def _offer(question: Schedule) -> Offer:
    lesson, _, name = question.race.partition("/")
    race = racing.named(lesson, name)
    return next(one for one in offers(lesson) if one.title == race.heading)
