"""A race inside a lesson: the naive version broken, the hardened one proved, each by a search of its own.

The search runs where the race lab's runs (`ui.race_explorer`), in a process that can be killed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from lab.explorer import Schedule
from lessons import racing
from lessons.library import Loaded
from lessons.model import Prove, Version
from ui import frame, places, session
from ui.components.proof import draw_proof
from ui.race_explorer import explorers, schedule_of
from ui.race_source import Offer, Setting, offers, setting_of
from ui.race_words import judged

__all__ = ["covers", "draw_prove"]

FAULTS = {
    "crashes": ("crash", "crashes"),
    "lost_replies": ("lost reply", "lost replies"),
    "lost_requests": ("lost request", "lost requests"),
    "time_jumps": ("jump in time", "jumps in time"),
}


@st.fragment
def draw_prove(loaded: Loaded, step: Prove) -> None:
    with frame.guard():
        offer, race = offers(loaded.slug)[step.race], racing.races(loaded.slug)[step.race]
        with st.container(key="ks-invariant"):
            st.markdown(f"**{offer.title}.** {offer.invariant}")
            st.caption(f"What to look for: {race.look}")
        naive, hardened = st.columns(2, gap="large")
        with naive:
            _side(loaded, step, offer, "naive", "Break it for me", "1")
        with hardened:
            _side(loaded, step, offer, "hardened", "Prove it", "2")
            if race.beyond:
                st.caption(f"Beyond the promise: {race.beyond}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Choose the order yourself",
                key="to-lab",
                on_click=places.go_to_race,
                args=(loaded.slug, offer.number),
            )
            st.markdown(
                ":gray[In the race lab you say who moves next, who crashes and which reply is lost.]",
                width="content",
            )


def covers(setting: Setting) -> str:
    """ "2 clients, in every order, with up to 1 crash and 1 lost reply." """
    most = [
        f"{count} {FAULTS[name][0] if count == 1 else FAULTS[name][1]}"
        for name, count in setting.faults
        if count
    ]
    faults = (
        f"with up to {' and '.join([', '.join(most[:-1]), most[-1]] if most[1:] else most)}" if most else ""
    )
    clients = f"{setting.clients} client{'' if setting.clients == 1 else 's'}"
    return f"{clients}, in every order, {faults or 'without any fault'}."


def _side(loaded: Loaded, step: Prove, offer: Offer, version: Version, label: str, key: str) -> None:
    """One version: its button, and what the last search of it found."""
    st.subheader(version.capitalize(), anchor=False)
    setting = setting_of(offer, {"v": version})
    place = (loaded.slug, step.heading, version)
    worked = session.desk().worked
    if st.button(label, key=f"prove-{version}", type="primary", shortcut=key):
        owner, store = session.learner(), session.room().store
        with st.spinner("Searching every schedule"):
            worked[place] = explorers().of(owner).search(setting, offer.bounds)
            store.mark(loaded.slug, step.heading, owner)
    verdict: dict[str, Any] | None = worked.get(place)
    if verdict is None:
        st.caption(f"Not searched yet: {covers(setting)}")
        return
    schedule = _schedule(verdict)
    draw_proof(judged(verdict, offer.bounds), covers(setting), schedule, key=f"proof-{version}")
    if offer.twin and version == "hardened":
        st.caption(offer.twin)
    if schedule:
        from ui.components.sequence import draw_sequence

        draw_sequence(replace(schedule, wrong=None), key=f"sequence-{version}")  # what is wrong stands above


def _schedule(verdict: dict[str, Any]) -> Schedule | None:
    example = verdict.get("counterexample")
    return schedule_of(example) if example else None
