"""The bar at the top of every page: the way home, and the name of the Redis that everything runs on."""

from __future__ import annotations

from collections.abc import Callable

from ui.components import component, told

__all__ = ["draw_top"]

_COMPONENT = component(__file__, in_page=True)


def draw_top(
    page: str,
    redis: str,
    tip: str,
    *,
    warns: bool,
    home: Callable[[], None],
    machine: Callable[[], None],
    me: Callable[[], None],
) -> None:
    def go() -> None:
        if where := {"home": home, "machine": machine, "me": me}.get(str(told("top", "go"))):
            where()

    _COMPONENT(key="top", data={"page": page, "redis": redis, "tip": tip, "warns": warns}, on_go_change=go)
