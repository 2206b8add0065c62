"""What a search of a race found: the verdict in its own word, its numbers, and the story if it was broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ui.coded import told
from ui.components import component
from ui.theme import actor_styles

if TYPE_CHECKING:
    from lab.explorer import Schedule

__all__ = ["data", "draw_proof"]

_COMPONENT = component(__file__)


def draw_proof(verdict: Mapping[str, Any], covers: str, schedule: Schedule | None, key: str) -> None:
    """`verdict` as `ui.race_words.judged` has it; `covers` says within which clients and faults."""
    _COMPONENT(key=key, data=data(verdict, covers, schedule))


def data(verdict: Mapping[str, Any], covers: str, schedule: Schedule | None) -> dict[str, Any]:
    plain = {"place": 0, "shape": "shield", "letters": "T"}
    styles = actor_styles(schedule.clients) if schedule else {}
    return {
        **verdict,
        "covers": covers,
        "story": [
            {"says": told(one), **(styles[one.actor].data() if one.actor in styles else plain)}
            for one in (schedule.steps if schedule else ())
        ],
        "wrong": (schedule.wrong or "") if schedule else "",
    }
