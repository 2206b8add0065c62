"""Has the browser keep a cookie: not shown, not sent anywhere but back here."""

from __future__ import annotations

from ui.components import component

__all__ = ["keep"]

_COMPONENT = component(__file__)


def keep(name: str, value: str) -> None:
    _COMPONENT(key="cookie", data={"name": name, "value": value})
