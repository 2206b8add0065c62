"""Lines over one x, with bands, limits and marks. Positions stay in their own units; the page scales them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lessons.pictures import Line, Point, Series
from lessons.pictures.words import amount
from ui.charts.scales import axis, thin
from ui.charts.tones import bounded, legend, not_drawn
from ui.theme import ACTORS

__all__ = ["MOST_LINES", "MOST_MARKS", "MOST_POINTS", "data"]

MOST_LINES = 6
MOST_POINTS = 400
MOST_MARKS = 24


def data(picture: Series) -> dict[str, Any]:
    """Upwards always from zero (or from below it), so that heights can be compared."""
    lines, lines_out = bounded(picture.lines, MOST_LINES)
    marks, marks_out = bounded(sorted(picture.marks, key=lambda mark: mark.at), MOST_MARKS)
    across = [point.x for line in lines for point in line.points] + [mark.at for mark in marks]
    upwards = [value for line in lines for point in line.points for value in _extent(point)]
    upwards += [limit.y for limit in picture.limits]
    left, right = (min(across), max(across)) if across else (0.0, 1.0)
    if any(line.style == "bars" for line in lines):
        half = _gap(lines) / 2
        left, right = left - half, right + half
    right = right if right > left else left + 1.0
    low, high = min([0.0, *upwards]), max([0.0, *upwards])
    high = high if high > low else low + 1.0
    room = (high - low) * 0.06
    low, high = low - (room if low < 0 else 0.0), high + room
    x_ticks, x_unit = axis(left, right, picture.x_unit, 6)
    y_ticks, y_unit = axis(low, high, picture.unit)
    out = [not_drawn(lines_out, "line"), not_drawn(marks_out, "mark")]
    return {
        "title": picture.title,
        "text": picture.text,
        "note": picture.note,
        "empty": not across and not picture.limits,
        "out": " ".join(words for words in out if words),
        "legend": legend([*(mark.tone for mark in marks), *(line.tone for line in lines)]),
        "x": _axis(
            left, right, x_ticks, picture.x if picture.x.endswith(x_unit) else f"{picture.x}, {x_unit}"
        ),
        "y": _axis(low, high, y_ticks, y_unit),
        "gap": _gap(lines),
        "lines": [_line(line, place, picture.unit) for place, line in enumerate(lines)],
        "limits": [
            {"y": limit.y, "label": f"{limit.label}: {amount(limit.y, picture.unit)}", "tone": limit.tone}
            for limit in picture.limits
        ],
        "marks": [{"at": mark.at, "label": mark.label, "tone": mark.tone} for mark in marks],
    }


def _axis(start: float, end: float, ticks: list[tuple[float, str]], label: str) -> dict[str, Any]:
    shown = [{"at": at, "label": words} for at, words in ticks]
    return {"from": start, "to": end, "label": label.strip(", "), "ticks": shown}


def _line(line: Line, place: int, unit: str) -> dict[str, Any]:
    kept = thin(line.points, MOST_POINTS)
    return {
        "name": line.name,
        "note": line.note,
        "style": line.style,
        "tone": line.tone,
        "place": place % len(ACTORS),
        "last": amount(line.points[-1].y, unit) if line.points else "nothing yet",
        "thinned": f"{len(kept):,} of {len(line.points):,} points" if len(kept) < len(line.points) else "",
        "points": [[point.x, point.y] for point in kept],
        "band": [
            [point.x, point.low, point.high]
            for point in kept
            if point.low is not None and point.high is not None
        ],
    }


def _extent(point: Point) -> tuple[float, ...]:
    return (point.y, *(end for end in (point.low, point.high) if end is not None))


def _gap(lines: Any) -> float:
    """The smallest distance between two bars: how wide one may be."""
    places = sorted({point.x for line in lines if line.style == "bars" for point in line.points})
    return min((after - before for before, after in pairwise(places)), default=1.0)
