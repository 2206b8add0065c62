"""The speaker's panel: notes, clock, what comes next. Its keys go to the presenting window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.components import component

__all__ = ["draw_speaker"]

_COMPONENT = component(__file__, in_page=True)


def draw_speaker(data: Mapping[str, Any]) -> None:
    """It asks for a rerun of its fragment when the other window has moved."""
    _COMPONENT(key="speaker", data=dict(data), on_moved_change=lambda: None)
