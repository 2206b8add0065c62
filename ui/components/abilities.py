"""What a server can do, and why it cannot do the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ui.components import component

if TYPE_CHECKING:
    from lab.backend import Capability

__all__ = ["data", "draw_abilities"]

_COMPONENT = component(__file__)


def draw_abilities(capabilities: Sequence[Capability]) -> None:
    _COMPONENT(key="abilities", data=data(capabilities))


def data(capabilities: Sequence[Capability]) -> dict[str, Any]:
    """What is missing comes first: it is what one looks for."""
    ordered = sorted(capabilities, key=lambda one: one.available)
    return {
        "rows": [
            {"name": one.name.replace("_", " "), "available": one.available, "reason": one.reason}
            for one in ordered
        ]
    }
