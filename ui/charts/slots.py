"""The strip of hash slots: nodes along it, keys above their slot, loads below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from lessons.pictures import SLOTS, SlotKey, Slots
from lessons.pictures.words import amount
from ui.charts.tones import bounded, legend, not_drawn
from ui.theme import TONE_WORDS, actor_styles

__all__ = ["MOST_KEYS", "data"]

MOST_KEYS = 64


def data(picture: Slots) -> dict[str, Any]:
    """Positions are slots; `share` is a load's part of the greatest one. A key that is given twice is one."""
    picture = replace(picture, keys=tuple(dict.fromkeys(picture.keys)))
    keys, out = bounded(sorted(picture.keys, key=lambda key: key.slot), MOST_KEYS)
    styles = actor_styles(one.node for one in picture.ranges)
    loads = [one.load for one in picture.ranges if one.load is not None]
    most = max([*loads, 0.0]) or 1.0
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "slots": SLOTS,
        "out": not_drawn(out, "key"),
        "legend": legend([*(key.tone for key in keys), *(one.tone for one in picture.ranges)]),
        "loads": bool(loads),
        "ranges": [
            {
                "first": one.first,
                "last": one.last,
                "node": one.node,
                "actor": styles[one.node].data(),
                "load": "" if one.load is None else amount(one.load, picture.unit),
                "share": 0.0 if one.load is None else round(one.load / most, 4),
                "tone": one.tone,
                "note": one.note,
            }
            for one in sorted(picture.ranges, key=lambda one: one.first)
        ],
        "keys": [
            {
                "name": key.name,
                "slot": key.slot,
                "node": picture.node_of(key.slot),
                "value": "" if key.value is None else amount(key.value, picture.unit),
                "tone": key.tone,
                "note": key.note,
            }
            for key in keys
        ],
        "pins": [_pin(list(shared), picture.unit) for _, shared in groupby(keys, lambda key: key.slot)],
    }


def _pin(keys: Sequence[SlotKey], unit: str) -> dict[str, Any]:
    """What marks a slot: its key, or how many have it, with their gravest tone and their sum."""
    slot = keys[0].slot
    values = [key.value for key in keys if key.value is not None]
    name = keys[0].name if len(keys) == 1 else f"{len(keys)} keys in {slot:,}"
    return {
        "slot": slot,
        "label": f"{name}: {amount(sum(values), unit)}" if values else name,
        "says": f"slot {slot:,}: {', '.join(key.name for key in keys)}",
        "tone": max((key.tone for key in keys), key=list(TONE_WORDS).index),
    }
