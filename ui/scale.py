"""The pattern's keys on the slots of a cluster, and a key of the learner's own beside them."""

from __future__ import annotations

import streamlit as st

from lab.slots import slot_of
from lessons.library import Loaded
from lessons.model import Scale
from lessons.pictures import SlotKey, Slots
from lessons.slots import place
from ui import frame, session
from ui.components.pictures import draw_picture
from ui.components.placement import draw_placement

__all__ = ["draw_scale"]

LONGEST = 200


@st.fragment
def draw_scale(loaded: Loaded, step: Scale) -> None:
    with frame.guard():
        groups = [place(keys) for keys in step.keys]
        draw_placement(groups, key="placement")
        own = _own_key(loaded)
        keys = [SlotKey(name, slot) for one in groups for name, slot in one.slots]
        if own:
            keys.append(SlotKey(f"yours: {own}", slot_of(own)))
        draw_picture(Slots("The 16,384 slots and these keys", keys=tuple(keys)), key="scale")
        if own:
            meets = [one.name for one in keys[:-1] if one.slot == slot_of(own)]
            beside = f"the slot of {', '.join(f'`{name}`' for name in meets)}" if meets else "alone there"
            st.markdown(f"Your key lies in slot **{slot_of(own):,}**: {beside}.")


def _own_key(loaded: Loaded) -> str:
    """What the learner typed, kept at their desk."""
    kept, place_of = session.desk().inputs, (loaded.slug, "scale", "key")
    typed = st.text_input(
        "A key of your own",
        str(kept.get(place_of, "")),
        key="own-key",
        max_chars=LONGEST,
        placeholder="for instance user:{42}:cart",
        autocomplete="off",
        width=420,
    )
    kept[place_of] = typed
    return typed
