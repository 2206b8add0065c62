"""A small editor for Python: line numbers, Tab and Shift+Tab, Ctrl+Enter to run, one line marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ui.components import component, told

__all__ = ["draw_editor"]

_COMPONENT = component(__file__)


def draw_editor(data: Mapping[str, Any], changed: Callable[[str], None]) -> None:
    """`changed` is called with the text when the learner runs it."""

    def run() -> None:
        found = told("editor", "run")
        if isinstance(found, str):
            changed(found)

    _COMPONENT(key="editor", data=dict(data), on_run_change=run)
