"""The facts of the course, with source and date, run on the learner's own Redis when asked."""

from __future__ import annotations

import streamlit as st

from lessons.facts import FACTS, Checked, check
from ui import frame, places, session
from ui.components.facts import draw_facts

__all__ = ["draw"]

_PLACE = ("facts", "", "")


@st.fragment
def draw() -> None:
    with frame.guard():
        bench = session.bench("facts")
        worked = session.desk().worked
        st.title("What is true", anchor=False)
        frame.show_notices()
        traps = sum(bool(fact.trap) for fact in FACTS)
        st.markdown(
            f"{len(FACTS)} statements that you may repeat in an interview, each with its source. What a run "
            f"can check, a run checks. {traps} of them stand against something that is often said and false.",
            width=780,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Run them on this Redis", type="primary", key="run-facts", shortcut="g"):
                found: dict[str, Checked] = {}
                bar = st.progress(0.0, "Running")
                for number, fact in enumerate(FACTS, 1):
                    found[fact.id] = check(fact, bench)
                    bar.progress(number / len(FACTS), f"{number} of {len(FACTS)}")
                bar.empty()
                worked[_PLACE] = found
            st.button("The path", shortcut="p", key="back", on_click=places.go_home)
        found = worked.get(_PLACE, {})
        if found:
            st.markdown(_summary(found, bench.backend.title))
        draw_facts(FACTS, found)


def _summary(found: dict[str, Checked], server: str) -> str:
    ran = [one for one in found.values() if one.seen]
    holding = sum(one.ok for one in ran)
    return f"**{holding} of {len(ran)} hold** on {server}; {len(found) - len(ran)} were not run here."
