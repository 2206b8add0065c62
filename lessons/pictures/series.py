"""Numbers over time, or over a count: levels, estimates with their error, rates with their limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lessons.pictures.timeline import Mark
from lessons.pictures.words import Tone, amount, listed, sentence, toned

__all__ = ["Limit", "Line", "LineStyle", "Point", "Series"]

LineStyle = Literal["line", "steps", "area", "bars", "dots"]
"""`steps` holds each value until the next; `area` fills down to zero; `bars` is a column at each x."""

_LISTED = 8
"""A line with more points than this is told by its first, last, lowest and highest."""


class Point(NamedTuple):
    """y at x. `low` and `high`, given together, are the band around it: the error of an estimate."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One named row of points, in the order of x."""

    name: str
    points: tuple[Point, ...]
    style: LineStyle = "line"
    tone: Tone = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A horizontal line with a label: the capacity of a bucket, a rate limit."""

    y: float
    label: str
    tone: Tone = "warn"


@dataclass(frozen=True, slots=True)
class Series:
    """Lines over one x. `x` names the axis, `x_unit` and `unit` what is counted along it and upwards.

    A mark stands at `at` = x: the moment of a failure, the write that was refused.
    """

    title: str
    lines: tuple[Line, ...]
    unit: str = ""
    x: str = "time"
    x_unit: str = "s"
    limits: tuple[Limit, ...] = ()
    marks: tuple[Mark, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        lines = (self._in_words(line) for line in self.lines)
        limits = (f"{one.label} at {amount(one.y, self.unit)}" for one in self.limits)
        marks = (toned(f"{one.label} at {self._at(one.at)}", one.tone) for one in self.marks)
        return sentence(
            f"{self.title}: {listed(lines, 'nothing yet', '. ')}",
            f"Limits: {listed(limits, '')}" if self.limits else "",
            f"Marked: {listed(marks, '')}" if self.marks else "",
            self.note,
        )

    def _in_words(self, line: Line) -> str:
        name = toned(line.name, line.tone, line.note)
        if len(line.points) <= _LISTED:
            return f"{name}: {listed(map(self._point, line.points), 'nothing yet')}"
        low = min(line.points, key=lambda point: point.y)
        high = max(line.points, key=lambda point: point.y)
        return (
            f"{name}: {len(line.points):,} points, first {self._point(line.points[0])}, "
            f"lowest {self._point(low)}, highest {self._point(high)}, last {self._point(line.points[-1])}"
        )

    def _point(self, point: Point) -> str:
        words = f"{amount(point.y, self.unit)} at {self._at(point.x)}"
        if point.low is None or point.high is None:
            return words
        return f"{words} (between {amount(point.low)} and {amount(point.high)})"

    def _at(self, x: float) -> str:
        """As exact as the picture: a thousandth of its width."""
        places = [point.x for line in self.lines for point in line.points] + [one.at for one in self.marks]
        width = max(places) - min(places)
        return amount(round(x, 3 - math.ceil(math.log10(width))) if width else x, self.x_unit)
