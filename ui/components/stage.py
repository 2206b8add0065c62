"""The stage: one scene in big type over the whole window, driven by the keyboard. It fits what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ui.components import component, told

__all__ = ["draw_stage"]

_COMPONENT = component(__file__, shared="stage_scenes", in_page=True)
"""`stage_scenes` draws what is said, not run."""


def draw_stage(data: Mapping[str, Any], act: Callable[[Mapping[str, Any]], None]) -> None:
    """`act` is called with what a key asks for: `{"do": "to", "scene": 4}`, `{"do": "run"}`."""

    def pressed() -> None:
        found = told("stage", "act")
        if isinstance(found, Mapping):
            act(found)

    _COMPONENT(key="stage", data=dict(data), on_act_change=pressed)
