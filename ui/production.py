"""In production: the words, and the dial that says what each version of Redis offers."""

from __future__ import annotations

import streamlit as st

from lessons.dial import nearest_version
from lessons.library import Loaded
from lessons.model import Production
from lessons.working import Dialled, work
from ui import frame, session
from ui.components.dial import draw_dial

__all__ = ["draw_production"]


@st.fragment
def draw_production(loaded: Loaded, step: Production) -> None:
    """Each way is tried once on the learner's server, as soon as the page is open; it takes milliseconds."""
    with frame.guard():
        bench = session.bench(loaded.slug, loaded.lesson.needs)
        frame.show_notices()
        place = (loaded.slug, step.heading, bench.backend.title)
        worked = session.desk().worked
        if place not in worked:
            worked[place] = [one for one in work(step, bench) if isinstance(one, Dialled)]
        tried = {one.way.since: one.outcome.value for one in worked[place] if one.outcome.value}
        draw_dial(step.dial, nearest_version(bench.backend), bench.backend.title, tried, key="dial")
