"""The actions of a step as a numbered list: a press, or the digit on the keyboard, chooses one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lessons.model import Action
from ui.components import component, told

__all__ = ["data", "draw_picker", "in_order"]

_COMPONENT = component(__file__)


def draw_picker(actions: Sequence[Action], chosen: int, choose: Callable[[int], None]) -> None:
    """`choose` is called with the position of the action that is chosen."""

    def changed() -> None:
        found = told("picker", "choose")
        if isinstance(found, int | float) and 0 <= found < len(actions):
            choose(int(found))

    _COMPONENT(key="picker", data=data(actions, chosen), on_choose_change=changed)


def in_order(actions: Sequence[Action]) -> bool:
    """Whether the labels say that one comes after the other: "1. A takes the lock", "2. ..." """
    return all(action.label.startswith(f"{number}. ") for number, action in enumerate(actions, 1))


def data(actions: Sequence[Action], chosen: int) -> dict[str, Any]:
    return {
        "chosen": chosen,
        "actions": [
            {"label": action.label.removeprefix(f"{number}. "), "danger": action.danger}
            for number, action in enumerate(actions, 1)
        ],
    }
