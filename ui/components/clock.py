"""A clock for one question: how long is left, counted in the browser without a rerun. It stops nobody."""

from __future__ import annotations

from typing import Any

from ui.components import component

__all__ = ["data", "draw_clock"]

_COMPONENT = component(__file__)


def draw_clock(key: str, since: float, allowed: int) -> None:
    """`since` is the moment at which the question was first shown, in Unix seconds."""
    _COMPONENT(key=key, data=data(since, allowed))


def data(since: float, allowed: int) -> dict[str, Any]:
    return {"since": since, "allowed": allowed}
