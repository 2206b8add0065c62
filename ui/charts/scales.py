"""Axes: round numbers between two ends, and long rows of points made short without losing their extremes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lessons.pictures import Point

__all__ = ["axis", "thin", "ticks"]

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIMES = ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (120.0, 1.0, "s"), (7_200.0, 1 / 60, "min"))
_LONG = ((172_800.0, 1 / 3_600, "h"), (math.inf, 1 / 86_400, "d"))


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round values from the first at or above `low` to the last at or below `high`."""
    span = max(high - low, 1e-12)
    power = 10.0 ** math.floor(math.log10(span / wanted))
    step = next(nice * power for nice in _NICE if nice * power * wanted >= span * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def axis(low: float, high: float, unit: str, wanted: int = 5) -> tuple[list[tuple[float, str]], str]:
    """Ticks with their labels, and the unit that they are in. Seconds become ms, min, h or d as it fits."""
    scale = 1.0
    if unit == "s":
        longest = max(abs(low), abs(high))
        scale, unit = next((size, name) for end, size, name in (*_TIMES, *_LONG) if longest < end)
    found = ticks(low * scale, high * scale, wanted)
    places = next(
        (places for places in range(9) if all(abs(round(at, places) - at) < 1e-9 for at in found)), 9
    )
    return [(value / scale, f"{value + 0.0:,.{places}f}") for value in found], unit


def thin(points: Sequence[Point], most: int = 400) -> list[Point]:
    """At most `most` points: of each stretch its lowest and highest, and both ends."""
    if len(points) <= most:
        return list(points)
    stretches = max((most - 2) // 2, 1)
    inner = points[1:-1]
    kept = [points[0]]
    for index in range(stretches):
        part = inner[index * len(inner) // stretches : (index + 1) * len(inner) // stretches]
        places = {
            min(range(len(part)), key=lambda place: part[place].y),
            max(range(len(part)), key=lambda place: part[place].y),
        }
        kept += [part[place] for place in sorted(places)]
    return [*kept, points[-1]]
