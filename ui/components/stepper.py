"""The race lab's stage: clients and their code, the keys, the schedule so far, and what may come next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ui.components import component, told

__all__ = ["draw_stepper"]

_COMPONENT = component(__file__)


def draw_stepper(data: Mapping[str, Any], go: Callable[[Mapping[str, Any]], None]) -> None:
    """`go` is called with what is to change in the address: `{"v": "hardened", "at": ""}`."""

    def chosen() -> None:
        found = told("stepper", "go")
        if isinstance(found, Mapping):
            go(found)

    _COMPONENT(key="stepper", data=dict(data), on_go_change=chosen)
