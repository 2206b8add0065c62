"""The bench: knows Redis, knows no pattern. The race explorer is loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.explorer import Schedule, Verdict, explore, replay
    from lab.scenario import Bounds, Faults, Scenario

__all__ = ["Bounds", "Faults", "Scenario", "Schedule", "Verdict", "explore", "replay"]


def __getattr__(name: str) -> Any:
    if name in ("Bounds", "Faults", "Scenario"):
        from lab import scenario

        return getattr(scenario, name)
    if name in __all__:
        from lab import explorer

        return getattr(explorer, name)
    raise AttributeError(f"module 'lab' has no attribute {name!r}")
