"""A sum to say aloud: what is multiplied on the left, what comes out on the right, and what it means."""

from __future__ import annotations

from typing import Any

from lessons.estimates import Worked
from ui.components import component

__all__ = ["data", "draw_sums"]

_COMPONENT = component(__file__)


def draw_sums(worked: Worked, key: str) -> None:
    _COMPONENT(key=key, data=data(worked))


def data(worked: Worked) -> dict[str, Any]:
    return {
        "lines": [{"says": line.says, "result": line.result} for line in worked.lines],
        "means": worked.means,
        "tone": "good" if worked.fits and worked.nodes == 1 else "warn" if worked.fits else "bad",
    }
