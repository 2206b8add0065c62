"""The version dial: a mark for each Redis, and what one writes there. Turning it asks nobody: all is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.dial import VERSIONS, Dial, Tried, Way
from ui.components import component

__all__ = ["data", "draw_dial"]

_COMPONENT = component(__file__)


def draw_dial(dial: Dial, here: str, server: str, tried: Mapping[str, Tried], key: str) -> None:
    """`here` is the mark to begin with, `tried` what the server did, by the way's `since`."""
    _COMPONENT(key=key, data=data(dial, here, server, tried))


def data(dial: Dial, here: str, server: str, tried: Mapping[str, Tried]) -> dict[str, Any]:
    return {
        "job": dial.job,
        "server": server,
        "here": VERSIONS.index(here),
        "versions": list(VERSIONS),
        "ways": [dial.ways.index(dial.at(version)) for version in VERSIONS],
        "cards": [_card(way, tried.get(way.since)) for way in dial.ways],
    }


def _card(way: Way, tried: Tried | None) -> dict[str, Any]:
    return {
        "since": way.since,
        "title": way.title,
        "says": way.says,
        "command": way.command,
        "sources": [{"title": one.title, "url": one.url} for one in way.citations],
        "tried": tried.says if tried else "",
        "tone": "plain" if tried is None else "good" if tried.works else "bad" if tried.due else "plain",
    }
