"""What a run comes to: its one sentence, large, with its sign, and the numbers below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.charts.counts import number
from ui.components import component

if TYPE_CHECKING:
    from lab.bench import Outcome
    from lab.failures import Failure
    from lessons.model import Shown
    from ui.trials import Tried

__all__ = ["data", "draw_says", "draw_tried"]

_COMPONENT = component(__file__)


def draw_says(label: str, outcome: Outcome[Shown], key: str) -> None:
    _COMPONENT(key=key, data=data(label, outcome))


def draw_tried(tried: Tried, key: str) -> None:
    """The same for a trial of an experiment."""
    _COMPONENT(key=key, data=_data(tried.label, tried.shown, tried.failure, _duration(tried.seconds)))


def data(label: str, outcome: Outcome[Shown]) -> dict[str, Any]:
    trips = outcome.round_trips
    total = len(outcome.commands) + outcome.dropped
    cost = (
        f"{total:,} command{'' if total == 1 else 's'}, {trips:,} round trip{'' if trips == 1 else 's'}, "
        f"{_duration(outcome.seconds)}"
    )
    return _data(label, outcome.value, outcome.failure, cost)


def _data(label: str, shown: Shown | None, failure: Failure | None, cost: str) -> dict[str, Any]:
    return {
        "label": label,
        "says": failure.says if failure else shown.says if shown else "",
        "tone": "bad" if failure else shown.tone if shown else "plain",
        "failed": failure.kind if failure else "",
        "cost": cost,
        "counts": [
            {"label": one.label, "value": number(one.value), "unit": one.counted, "tone": one.tone}
            for one in (shown.counts if shown else ())
        ],
    }


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s"
