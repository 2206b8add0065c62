"""The sum of a lesson: measured on the learner's server, multiplied by what the learner may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from lessons.estimates import NODE_GB, Estimate, arithmetic
from lessons.inputs import Integer, Real
from lessons.library import Loaded
from lessons.model import Cost
from ui import frame, session
from ui.components.sums import draw_sums
from ui.fields import draw_form

if TYPE_CHECKING:
    from lab.bench import Outcome
    from lessons.estimates import Sample

__all__ = ["draw_cost"]

MILLION = 1_000_000


@st.fragment
def draw_cost(loaded: Loaded, step: Cost) -> None:
    with frame.guard():
        bench = session.bench(loaded.slug, loaded.lesson.needs)
        frame.show_notices()
        for number, estimate in enumerate(step.estimates):
            place = (loaded.slug, step.heading, f"{number}")
            worked = session.desk().worked
            with st.container(border=True, key=f"ks-cost-{number}"):
                st.subheader(f"One {estimate.item}", anchor=False)
                pressed = draw_form(
                    loaded.slug,
                    f"{step.heading}/{number}",
                    ["Measure and multiply"],
                    _inputs(estimate),
                    ("g" if number == 0 else f"{number + 1}",),
                )
                if pressed:
                    owner, store = session.learner(), session.room().store
                    with st.spinner("Measuring on this Redis"):
                        worked[place] = (bench.run(estimate.measure), pressed[1])
                        store.mark(loaded.slug, step.heading, owner)
                _draw(estimate, worked.get(place), key=f"sums-{number}")
                sources = ", ".join(f"[{one.title}]({one.url})" for one in estimate.citations)
                st.caption(
                    " ".join(text for text in (estimate.why, f"How it is measured: {sources}.") if text)
                )


def _inputs(estimate: Estimate) -> tuple[Integer | Real, ...]:
    name = estimate.items.capitalize()
    return (
        Real("items", name, estimate.default / MILLION, 0.001, 1e6, "millions")
        if estimate.default >= MILLION
        else Integer("items", name, estimate.default, 1, 10**9),
        Integer("replicas", "Replicas", 1, 0, 5, help="Of each primary: each holds everything once more."),
        Integer("per_second", f"{estimate.operations.capitalize()} a second", estimate.per_second, 0, 10**9),
        Real("node_gb", "Memory of a node", NODE_GB, 1, 10_000, "GB", "An assumption: yours may differ.", 1),
    )


def _items(estimate: Estimate, typed: object) -> int:
    """How many, from what stands in the field."""
    return round(float(str(typed)) * (MILLION if estimate.default >= MILLION else 1))


def _draw(estimate: Estimate, found: tuple[Outcome[Sample], dict[str, object]] | None, key: str) -> None:
    if found is None:
        st.caption("Not measured yet.")
        return
    outcome, typed = found
    sample = outcome.value
    if outcome.failure or sample is None:
        st.error(outcome.failure.says if outcome.failure else "Nothing was measured.")
    elif sample.missing:
        st.warning(sample.missing)
    else:
        draw_sums(
            arithmetic(
                estimate,
                sample,
                _items(estimate, typed["items"]),
                replicas=int(str(typed["replicas"])),
                per_second=int(str(typed["per_second"])),
                node_gb=float(str(typed["node_gb"])),
            ),
            key=key,
        )
