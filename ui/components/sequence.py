"""A schedule as a sequence diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.coded import brief
from ui.components import component
from ui.theme import actor_styles

if TYPE_CHECKING:
    from lab.explorer import Schedule

__all__ = ["data", "draw_sequence"]

_COMPONENT = component(__file__)


def draw_sequence(schedule: Schedule, key: str) -> None:
    _COMPONENT(key=key, data=data(schedule))


def data(schedule: Schedule) -> dict[str, Any]:
    styles = actor_styles(schedule.clients)
    return {
        "clients": [{"name": name, **styles[name].data()} for name in schedule.clients],
        "steps": [
            {
                "actor": one.actor,
                "event": one.event,
                "command": brief(one.command),
                "reply": one.reply,
                "says": one.says,
            }
            for one in schedule.steps
        ],
        "wrong": schedule.wrong or "",
        "text": schedule.story(),
    }
