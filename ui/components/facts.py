"""Facts by topic: the statement, the false one it replaces, what this Redis showed, source and date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lessons.facts import TOPICS, Checked, Fact
from ui.components import component

__all__ = ["data", "draw_facts"]

_COMPONENT = component(__file__)


def draw_facts(facts: Sequence[Fact], found: Mapping[str, Checked]) -> None:
    """`found` by the fact's id; empty before they are run."""
    _COMPONENT(key="facts", data=data(facts, found))


def data(facts: Sequence[Fact], found: Mapping[str, Checked]) -> dict[str, Any]:
    return {
        "topics": [
            {"title": topic, "facts": [_fact(one, found.get(one.id)) for one in facts if one.topic == topic]}
            for topic in TOPICS
        ]
    }


def _fact(fact: Fact, checked: Checked | None) -> dict[str, Any]:
    seen = checked.seen if checked else None
    return {
        "says": fact.says,
        "trap": fact.trap,
        "checked": fact.checked,
        "can": fact.run is not None,
        "sources": [{"title": one.title, "url": one.url} for one in fact.citations],
        "seen": seen.says if seen else checked.why if checked else "",
        "tone": "plain" if seen is None else "good" if seen.holds else "bad",
    }
