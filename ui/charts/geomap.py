"""A search on a map: everything in metres east and north of the centre, so that drawing is only scaling."""

from __future__ import annotations

import math
from typing import Any

from lessons.pictures import GeoMap
from ui.charts.geohash import EARTH_RADIUS_M, cells, metres
from ui.charts.outline import Box, Ring, land_within
from ui.theme import SHAPES

__all__ = ["data"]

_COAST_FROM_M = 40_000
"""A view narrower than this would show the outline's own error, so the coast is left to the small map."""

_AROUND_DEGREES = 7.0


def data(picture: GeoMap) -> dict[str, Any]:
    """The view holds the circle and what lies up to one radius beyond it; the rest is counted in words."""
    here = _Plane(picture.latitude, picture.longitude)
    radius = max(picture.radius_m, 1.0)
    placed = [
        (place, *here.to(place.latitude, place.longitude),
         metres(picture.latitude, picture.longitude, place.latitude, place.longitude))
        for place in picture.places
    ]  # fmt: skip
    near = [max(abs(x), abs(y)) for _, x, y, _ in placed if max(abs(x), abs(y)) <= 2 * radius]
    half = max([radius * 1.12, *(distance * 1.08 for distance in near)])
    states = list(dict.fromkeys(place.state for place in picture.places))
    return {
        "title": picture.title,
        "text": picture.text,
        "centre": picture.centre,
        "position": f"{picture.latitude:.4f}, {picture.longitude:.4f}",
        "radius": radius,
        "half": half,
        "scale": _scale(half),
        "cells": [
            [*here.to(cell.south, cell.west), *here.to(cell.north, cell.east)]
            for cell in cells(picture.latitude, picture.longitude, radius)
        ],
        "land": [] if half * 2 < _COAST_FROM_M else [here.ring(ring) for ring in land_within(here.box(half))],
        "around": _around(picture),
        "shown": sum(1 for _, x, y, _ in placed if max(abs(x), abs(y)) <= half),
        "places": [
            {
                "name": place.name,
                "x": round(x, 1),
                "y": round(y, 1),
                "inView": max(abs(x), abs(y)) <= half,
                "state": place.state,
                "tone": place.tone,
                "note": place.note,
                "shape": SHAPES[states.index(place.state) % len(SHAPES)],
                "distance": _distance(distance),
            }
            for place, x, y, distance in sorted(placed, key=lambda one: one[3])
        ],
    }


class _Plane:
    """A flat map around one point: good to a thousandth within a few hundred kilometres."""

    def __init__(self, latitude: float, longitude: float) -> None:
        self.latitude, self.longitude = latitude, longitude
        self.degree = math.radians(1) * EARTH_RADIUS_M
        self.squeeze = max(math.cos(math.radians(latitude)), 0.01)

    def to(self, latitude: float, longitude: float) -> tuple[float, float]:
        east = (longitude - self.longitude + 180) % 360 - 180
        return east * self.degree * self.squeeze, (latitude - self.latitude) * self.degree

    def box(self, half_m: float) -> Box:
        tall = half_m * 1.7 / self.degree
        wide = tall / self.squeeze
        return self.longitude - wide, self.latitude - tall, self.longitude + wide, self.latitude + tall

    def ring(self, ring: Ring) -> list[int]:
        return [round(part) for x, y in ring for part in self.to(y, x)]


def _around(picture: GeoMap) -> dict[str, Any]:
    """The small map: where on Earth this is."""
    squeeze = max(math.cos(math.radians(picture.latitude)), 0.2)
    wide = _AROUND_DEGREES / squeeze
    box = (
        picture.longitude - wide,
        picture.latitude - _AROUND_DEGREES,
        picture.longitude + wide,
        picture.latitude + _AROUND_DEGREES,
    )
    return {
        "half": 100,
        "land": [
            [
                round(part)
                for x, y in ring
                for part in (
                    (x - picture.longitude) * squeeze / _AROUND_DEGREES * 100,
                    (y - picture.latitude) / _AROUND_DEGREES * 100,
                )
            ]
            for ring in land_within(box)
        ],
    }


def _scale(half_m: float) -> dict[str, Any]:
    """A round length of about a quarter of the view."""
    wanted = half_m / 2
    power = 10 ** math.floor(math.log10(wanted))
    length = max(nice * power for nice in (1, 2, 5) if nice * power <= wanted)
    return {"metres": length, "label": _distance(length)}


def _distance(length_m: float) -> str:
    if length_m < 1000:
        return f"{length_m:,.0f} m"
    kilometres = length_m / 1000
    return f"{kilometres:,.2f} km" if kilometres < 10 and kilometres % 1 else f"{kilometres:,.0f} km"
