"""Where things run: a Run step with its actions on one keyspace, a Burst with both versions side by side."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import streamlit as st
from redis import RedisError

from lessons.library import Loaded
from lessons.model import Action, Burst, Run, Shown
from lessons.pictures import Picture
from ui import frame, happened, session
from ui.components.keyspace import draw_keyspace
from ui.components.picker import draw_picker, in_order
from ui.fields import draw_form
from ui.words import draw_words

if TYPE_CHECKING:
    from lab.bench import Bench

__all__ = ["draw_burst", "draw_run", "move_on", "span"]

GO = "g"


@st.fragment
def draw_run(loaded: Loaded, step: Run, words: str) -> None:
    """Words and keyspace on the one side, the console and what happened on the other."""
    with frame.guard(), st.container(key="ks-stage"):
        draw_words(words)
        bench = session.bench(loaded.slug, loaded.lesson.needs)
        with st.container(key="ks-console"):
            action = _console(loaded, step, bench)
            with st.container():
                frame.show_notices()
            label, outcome = session.desk().results.get((loaded.slug, step.heading, ""), ("", None))
            if outcome:
                happened.draw_sentence(label, outcome, key="run")
            drawn = outcome and outcome.value and outcome.value.picture
            otherwise = None if drawn else _picture_now(step, bench)
            happened.draw_picture_of(outcome, key="run", otherwise=otherwise)
            ran = label in ("", action.label) or label not in [one.label for one in step.actions]
            happened.draw_code_and_commands(action.shows if ran else (), outcome, key="run")
        draw_keyspace(bench.snapshot(), outcome.changes if outcome else (), key="keyspace")


@st.fragment
def draw_burst(loaded: Loaded, step: Burst) -> None:
    """The same crowd against both versions, each result below its own button."""
    with frame.guard():
        bench = session.bench(loaded.slug, loaded.lesson.needs)
        pair = (step.naive, step.hardened)
        if step.naive.inputs == step.hardened.inputs:
            with st.container(border=True):
                pressed = draw_form(
                    loaded.slug, step.heading, [one.label for one in pair], step.naive.inputs, ("1", "2")
                )
            if pressed:
                _run(loaded, step.heading, pair[pressed[0]], bench, pressed[1], side=pair[pressed[0]].label)
        else:
            for side, action, key in zip(st.columns(2, gap="medium"), pair, ("1", "2"), strict=True):
                with side, st.container(border=True):
                    pressed = draw_form(loaded.slug, action.label, [action.label], action.inputs, (key,))
                if pressed:
                    _run(loaded, step.heading, action, bench, pressed[1], side=action.label)
        frame.show_notices()
        _draw_side_by_side(loaded, step, pair)
        draw_keyspace(bench.snapshot(), (), key="keyspace")


def move_on(bench: Bench, /, *, seconds: int) -> Shown:
    """Time passes for the keyspace; says which keys came to their end."""
    passed = bench.fast_forward(seconds)
    if not passed.expired:
        return Shown(f"{span(seconds).capitalize()} passed, and no key came to its end.")
    count = len(passed.expired)
    return Shown(
        f"{span(seconds).capitalize()} passed: {count:,} key{' has' if count == 1 else 's have'} expired."
    )


def span(seconds: int) -> str:
    """30 -> "30 seconds", 3600 -> "1 hour", 691200 -> "8 days"."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count:,} {name}{'' if count == 1 else 's'}"
    return f"{seconds:,} second{'' if seconds == 1 else 's'}"


def _console(loaded: Loaded, step: Run, bench: Bench) -> Action:
    """Choose an action, set it, run it. Returns the action that is chosen."""
    key = f"action/{loaded.slug}/{step.heading}"
    session.hold(key, 0)
    with st.container(border=True, key="ks-controls"):
        if len(step.actions) > 1:
            draw_picker(step.actions, session.number(key), choose=lambda position: session.put(key, position))
        number = min(session.number(key), len(step.actions) - 1)
        action = step.actions[number]
        if pressed := draw_form(
            loaded.slug, action.label, [action.label], action.inputs, (GO,),
            danger=action.danger, identity="run",
        ):  # fmt: skip
            _run(loaded, step.heading, action, bench, pressed[1])
            if in_order(step.actions) and number + 1 < len(step.actions):
                session.put(key, number + 1)
                session.draw_again()
        _time_and_reset(loaded, step, bench)
    return action


def _time_and_reset(loaded: Loaded, step: Run, bench: Bench) -> None:
    with st.container(horizontal=True, key="ks-time", gap="small"):
        for seconds in step.fast_forward:
            if st.button(f"Time + {span(seconds)}", key=f"forward-{seconds}"):
                passing = Action(f"Move time on by {span(seconds)}", move_on)
                _run(loaded, step.heading, passing, bench, {"seconds": seconds}, counts=False)
        if st.button("Start over", key="reset"):
            bench.reset()
            results = session.desk().results
            for place in [one for one in results if one[0] == loaded.slug]:
                del results[place]


def _run(
    loaded: Loaded,
    heading: str,
    action: Action,
    bench: Bench,
    values: dict[str, object],
    side: str = "",
    *,
    counts: bool = True,
) -> None:
    """Run the action, keep what happened, and note the step as done.

    Who presses on meanwhile ends this run of the page wherever it next touches Streamlit: between the run and
    what is kept of it, it does not.
    """
    owner, desk, store = session.learner(), session.desk(), session.room().store
    outcome = bench.run(action.demo, **values)
    desk.results[loaded.slug, heading, side] = (action.label, outcome)
    if counts and outcome.failure is None:
        store.mark(loaded.slug, heading, owner)


def _picture_now(step: Run, bench: Bench) -> Picture | None:
    """The keyspace as it is, drawn by the step; nothing while the server does not answer."""
    with contextlib.suppress(RedisError):
        return step.picture(bench) if step.picture else None
    return None


def _draw_side_by_side(loaded: Loaded, step: Burst, pair: tuple[Action, Action]) -> None:
    """Row by row, so that like stands beside like."""
    desk = session.desk()
    results = [desk.results.get((loaded.slug, step.heading, action.label), ("", None))[1] for action in pair]
    words = ("Naive", "Hardened")
    for side, word, action, outcome in zip(st.columns(2, gap="medium"), words, pair, results, strict=True):
        with side:
            st.subheader(word, anchor=False)
            if outcome:
                happened.draw_sentence(action.label, outcome, key=word)
            else:
                st.caption("Not run yet.")
    for row in ("picture", "seen"):
        for side, word, action, outcome in zip(
            st.columns(2, gap="medium"), words, pair, results, strict=True
        ):
            with side:
                if row == "picture":
                    happened.draw_picture_of(outcome, key=word)
                else:
                    happened.draw_code_and_commands(action.shows, outcome, key=word, room=20, whose=word)
