"""Groups of keys with their slots: what of each name is hashed, whether they meet or spread as they must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.slots import hash_tag
from lessons.slots import Placed
from ui.components import component

__all__ = ["data", "draw_placement"]

_COMPONENT = component(__file__)


def draw_placement(groups: Sequence[Placed], key: str) -> None:
    _COMPONENT(key=key, data=data(groups))


def data(groups: Sequence[Placed]) -> dict[str, Any]:
    return {
        "groups": [
            {
                "title": one.keys.title,
                "must": one.keys.must,
                "why": one.keys.why,
                "says": one.says,
                "holds": one.holds,
                "keys": [{"parts": _parts(name), "slot": f"{slot:,}"} for name, slot in one.slots],
            }
            for one in groups
        ]
    }


def _parts(name: str) -> list[str]:
    """The name in three: before what is hashed, what is hashed, after it."""
    tag = hash_tag(name)
    hashed = name if tag is None else tag
    begin = 0 if tag is None else name.index("{") + 1
    return [name[:begin], name[begin : begin + len(hashed)], name[begin + len(hashed) :]]
