"""Faults and loads on a page: what to watch for, the switches, a trial that runs, and what came of it."""

from __future__ import annotations

import streamlit as st

from lessons.library import Loaded
from lessons.model import Experiment, Fault, Load
from ui import frame, session
from ui.components.code import draw_code, pieces
from ui.components.pictures import draw_picture
from ui.components.says import draw_tried
from ui.fields import draw_form
from ui.theme import actor_styles
from ui.trials import Place, Running, Tried

__all__ = ["draw_experiments"]

LOOK_EVERY = 0.3
"""Seconds between two looks at a trial that runs. Nothing looks while none does."""


def draw_experiments(loaded: Loaded, step: Fault | Load) -> None:
    """One experiment at a time: a row to choose from where there are several."""
    running = session.room().trials.of(session.learner())
    titles = [one.title for one in step.experiments]
    chosen = step.experiments[0]
    if len(titles) > 1:
        key = f"experiment/{loaded.slug}/{step.heading}"
        here = next((one for one in titles if running and running.place[:2] == (loaded.slug, one)), titles[0])
        picked = st.pills(
            "Experiment", titles, default=here, key=key, label_visibility="collapsed", required=True
        )
        chosen = next((one for one in step.experiments if one.title == picked), chosen)
    _draw(loaded, step, chosen)


def _draw(loaded: Loaded, step: Fault | Load, experiment: Experiment) -> None:
    with frame.guard(), st.container(key="ks-experiment"):
        owner = session.learner()
        trials = session.room().trials
        with st.container(border=True, key="ks-controls"):
            st.markdown(f"**{experiment.title}.** {experiment.watch}")
            labels = [trial.label for trial in experiment.trials]
            keys = [str(number) for number in range(1, len(labels) + 1)]
            pressed = draw_form(loaded.slug, experiment.title, labels, experiment.inputs, keys)
            if pressed:
                number, inputs = pressed
                place = (loaded.slug, experiment.title, labels[number])
                desk = session.desk()
                desk.tried.pop(place, None)

                def done(tried: Tried, place: Place = place) -> None:
                    desk.tried[place] = tried

                if why := trials.start(owner, place, experiment.trials[number], inputs, done):
                    st.warning(why)
                else:
                    session.room().store.mark(loaded.slug, step.heading, owner)
            if running := trials.of(owner):
                _watch(running, experiment)
            else:
                st.caption(
                    f"On servers of its own, which end with it. A run takes about {experiment.seconds:g} s."
                )
        _results(loaded, experiment)


@st.fragment(run_every=LOOK_EVERY)
def _watch(running: Running, experiment: Experiment) -> None:
    """How far it is, and a button that stops it at once. When it is over, the page is drawn anew."""
    if running.over.is_set():
        st.rerun()
    now, title = running.progress, running.place[1]
    elsewhere = "" if title == experiment.title else f"Another experiment of yours still runs, {title}. "
    said, stop = st.columns([4, 1], vertical_alignment="center")
    with said:
        st.progress(min(max(now.share, 0.0), 1.0), text=f"{elsewhere}{running.trial.label}: {now.says}")
    with stop:
        st.button("Stop", key=f"stop-{experiment.slug}", shortcut="s", on_click=_stop)


def _stop() -> None:
    session.room().trials.stop(session.learner())


def _results(loaded: Loaded, experiment: Experiment) -> None:
    """What came of each trial, the last run of each, two side by side; the code of all of them below.

    Each trial has its place from the first run on, so that nothing moves when another is run.
    """
    desk = session.desk()
    tried = [desk.tried.get((loaded.slug, experiment.title, trial.label)) for trial in experiment.trials]
    if not any(tried):
        return
    for first in range(0, len(tried), 2):
        row = tried[first : first + 2]
        if not any(row):
            continue
        sides = st.columns(2, gap="medium") if len(tried) > 1 else [st.container()]
        for number, (side, one) in enumerate(zip(sides, row, strict=False), first):
            with side, st.container(key=f"ks-tried-{number}"):
                if one is None:
                    st.caption(f"{experiment.trials[number].label}: not run yet.")
                else:
                    _result(one, key=f"{experiment.slug}-{number}")
    ran = [trial for trial, one in zip(experiment.trials, tried, strict=True) if one and not one.stopped]
    shown = pieces((), [thing for trial in ran for thing in trial.shows])
    draw_code(shown, (), {}, key=f"{experiment.slug}-code", ran=True, room=40)


def _result(one: Tried, key: str) -> None:
    if one.stopped:
        st.info(f"{one.label}: stopped. All that it had started is gone.")
        return
    draw_tried(one, key=f"{key}-says")
    pictures = (one.shown.picture, *one.shown.more) if one.shown else ()
    styles = actor_styles(_names(one))
    for place, picture in enumerate(pictures):
        if picture:
            draw_picture(picture, f"{key}-picture-{place}", styles)


def _names(tried: Tried) -> list[str]:
    from lessons.pictures import Timeline

    pictures = (tried.shown.picture, *tried.shown.more) if tried.shown else ()
    return [lane.name for one in pictures if isinstance(one, Timeline) for lane in one.lanes]
