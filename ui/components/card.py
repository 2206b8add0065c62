"""A pattern at a glance: how the naive version breaks, by name, and what the hardened one promises."""

from __future__ import annotations

from typing import Any

from patterns.catalogue import Pattern
from ui.coded import coded
from ui.components import component

__all__ = ["data", "draw_card"]

_COMPONENT = component(__file__)


def draw_card(pattern: Pattern) -> None:
    _COMPONENT(key="card", data=data(pattern))


def data(pattern: Pattern) -> dict[str, Any]:
    card = pattern.card
    return {
        "anomalies": [{"name": one.name, "says": coded(one.says)} for one in pattern.anomalies],
        "parts": [
            {
                "title": title,
                "lines": [coded(line.removeprefix("- "), keys=title == "Keys") for line in text.split("\n")],
                "list": "\n" in text,
            }
            for title, text in (
                ("Guarantee", card.guarantee),
                ("Breaks", card.breaks),
                ("Keys", card.keys),
                ("Cost", card.cost),
                ("Cluster", card.cluster),
            )
            if text
        ],
    }
