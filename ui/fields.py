"""What a learner may set: a widget for each kind of input, checked on pressing, messages beside it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence

import streamlit as st

from lessons.inputs import Choice, Input, InputErrors, Integer, Real, Text, Toggle, parse_all
from ui import session

__all__ = ["Pressed", "draw_form", "label_of"]

Pressed = tuple[int, dict[str, object]]
"""Which button was pressed, and the checked values."""
SPELT_OUT = {"s": "seconds", "min": "minutes", "h": "hours", "m": "metres"}


def draw_form(
    slug: str,
    name: str,
    buttons: Sequence[str],
    inputs: Sequence[Input],
    shortcuts: Sequence[str],
    *,
    danger: bool = False,
    identity: str = "",
) -> Pressed | None:
    """A form with its buttons. None until one is pressed with values that can be used.

    What was typed outlives the page: it is kept at the learner's desk, wrong values too. Forms that take
    turns at one place share an `identity`: who presses while one is leaving has pressed the one that comes.
    """
    kept = session.desk().inputs
    places = {}
    raw: dict[str, object] = {}
    with st.form(key=f"form-{name}", border=False):
        if inputs:
            with st.container(
                key=f"ks-fields-{_slug(name)}", horizontal=True, vertical_alignment="top", gap="small"
            ):
                for one in inputs:
                    with st.container(width=172 if not isinstance(one, Toggle) else "content", gap="xsmall"):
                        place = (slug, name, one.name)
                        key = f"{slug}/{name}/{one.name}"
                        now = session.held(key)
                        value = kept.get(place, one.default) if now is None else now
                        raw[one.name] = kept[place] = _widget(one, key, value)
                        places[one.name] = st.empty()
        row = st.container(horizontal=True, gap="small") if len(buttons) > 1 else contextlib.nullcontext()
        with row:
            pressed = [
                st.form_submit_button(
                    label,
                    type="secondary" if danger else "primary",
                    shortcut=shortcut,
                    key=f"{identity}-{number}" if identity else f"{name}-{label}",
                )
                for number, (label, shortcut) in enumerate(zip(buttons, shortcuts, strict=True))
            ]
    if not any(pressed):
        return None
    try:
        return pressed.index(True), parse_all(inputs, raw)
    except InputErrors as errors:
        for wrong, message in errors.messages.items():
            places[wrong].markdown(f":red[**{message}**]")
        return None


def label_of(one: Input) -> str:
    """ "Radius (m)" and "Waits at most (s)", but neither "Points (points)" nor "Hours (h)"."""
    unit = getattr(one, "unit", "")
    said = {unit.lower(), SPELT_OUT.get(unit, "")} & set(re.findall(r"\w+", one.label.lower()))
    return f"{one.label} ({unit})" if unit and not said else one.label


def _widget(one: Input, key: str, value: object) -> object:
    """The widget, and what stands in it now. The limits are checked later, so that nothing typed is lost.

    The value is the widget's default and not put into session state: of that the browser is told once, and a
    field that is drawn anew in a fragment would stand there empty. A number that is deleted comes back.
    """
    label, tip = label_of(one), one.help or None
    match one:
        case Text():
            return st.text_input(label, str(value), key=key, help=tip, autocomplete="off")
        case Integer():
            return st.number_input(label, key=key, help=tip, value=int(str(value)), step=1)
        case Real():
            return st.number_input(label, key=key, help=tip, value=float(str(value)), step=float(one.step))
        case Choice():
            return st.selectbox(label, one.options, one.options.index(str(value)), key=key, help=tip)
        case Toggle():
            return st.toggle(label, bool(value), key=key, help=tip)


def _slug(name: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in name.lower())
