"""The picture on home: the race that the naive leaderboard loses, one command after the other."""

from __future__ import annotations

from typing import Any

from ui.components import component
from ui.theme import actor_styles

__all__ = ["data", "draw_race"]

_COMPONENT = component(__file__)

_STEPS = (
    ("Ann", "ZSCORE board dora", "10"),
    ("Ben", "ZSCORE board dora", "10"),
    ("Ann", "ZADD board 35 dora", "0"),
    ("Ben", "ZADD board 35 dora", "0"),
)


def draw_race() -> None:
    _COMPONENT(key="race", data=data())


def data() -> dict[str, Any]:
    styles = actor_styles(actor for actor, _, _ in _STEPS)
    return {
        "title": "Ann and Ben each give Dora 25 points",
        "steps": [
            {"actor": actor, "command": command, "reply": reply, **styles[actor].data()}
            for actor, command, reply in _STEPS
        ],
        "end": "35 points, not 60: one update is lost.",
        "text": "Two clients read 10, both add 25, both write 35. Dora has 35 points and should have 60.",
    }
