"""The cells that Redis looks into for a GEOSEARCH, as its `geohash_helper.c` chooses them.

A position is 26 bits of longitude and 26 of latitude, interleaved into the score of a sorted set. A search
takes the cell of the centre and its neighbours, at the step that fits the radius; each cell is one range of
scores. Only what is found there is measured. The map draws these cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["EARTH_RADIUS_M", "Cell", "cells", "metres"]

EARTH_RADIUS_M = 6372797.560856
_LATITUDE = 85.05112878
_LONGITUDE = 180.0
_MERCATOR_M = 20037726.37


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle in degrees; `step` is the number of bits of each axis."""

    west: float
    south: float
    east: float
    north: float
    step: int


def cells(latitude: float, longitude: float, radius_m: float) -> tuple[Cell, ...]:
    """At most nine cells; the one of the centre comes first."""
    step = _step(radius_m, latitude)
    tall = math.degrees(radius_m / EARTH_RADIUS_M)
    wide = math.degrees(radius_m / EARTH_RADIUS_M / max(math.cos(math.radians(latitude)), 1e-6))
    middle = _cell(latitude, longitude, step)
    if step > 1 and not _covers(middle, latitude, longitude, tall, wide):
        step -= 1
        middle = _cell(latitude, longitude, step)
    height, width = middle.north - middle.south, middle.east - middle.west
    rows, columns = [-1, 0, 1], [-1, 0, 1]
    if step >= 2:
        if middle.south < latitude - tall:
            rows.remove(-1)
        if middle.north > latitude + tall:
            rows.remove(1)
        if middle.west < longitude - wide:
            columns.remove(-1)
        if middle.east > longitude + wide:
            columns.remove(1)
    places = sorted(((row, column) for row in rows for column in columns), key=lambda at: at != (0, 0))
    return tuple(
        Cell(
            middle.west + column * width,
            middle.south + row * height,
            middle.east + column * width,
            middle.north + row * height,
            step,
        )
        for row, column in places
    )


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance on a sphere of the radius that Redis uses."""
    up = math.sin(math.radians(other_latitude - latitude) / 2)
    along = math.sin(math.radians(other_longitude - longitude) / 2)
    both = math.cos(math.radians(latitude)) * math.cos(math.radians(other_latitude))
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(up * up + both * along * along)))


def _step(radius_m: float, latitude: float) -> int:
    if radius_m <= 0:
        return 26
    step = 1
    while radius_m < _MERCATOR_M:
        radius_m *= 2
        step += 1
    step -= 2 + (abs(latitude) > 66) + (abs(latitude) > 80)
    return min(max(step, 1), 26)


def _cell(latitude: float, longitude: float, step: int) -> Cell:
    parts = 1 << step
    height, width = 2 * _LATITUDE / parts, 2 * _LONGITUDE / parts
    row = min(int((latitude + _LATITUDE) / height), parts - 1)
    column = min(int((longitude + _LONGITUDE) / width), parts - 1)
    south, west = -_LATITUDE + row * height, -_LONGITUDE + column * width
    return Cell(west, south, west + width, south + height, step)


def _covers(cell: Cell, latitude: float, longitude: float, tall: float, wide: float) -> bool:
    """Whether the cell and its neighbours reach as far as the radius in all four directions."""
    height, width = cell.north - cell.south, cell.east - cell.west
    return (
        cell.north + height >= latitude + tall
        and cell.south - height <= latitude - tall
        and cell.east + width >= longitude + wide
        and cell.west - width <= longitude - wide
    )
