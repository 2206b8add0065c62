"""Places, as Redis takes them, and what a search answers with."""

from __future__ import annotations

from dataclasses import dataclass

from patterns.wire import number

__all__ = ["Nearby", "place", "radius"]

LATITUDE = 85.05112878
"""Redis cuts the poles off, where its square map of the world ends."""

LONGITUDE = 180.0
FARTHEST = 20_037_508.0
"""Metres: half way round the world."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A driver, how far away, and where."""

    driver: str
    metres: float
    latitude: float
    longitude: float


def place(latitude: object, longitude: object) -> tuple[float, float]:
    """Longitude and latitude, checked, in the order in which Redis wants them."""
    north = number("latitude", latitude, -LATITUDE, LATITUDE)
    east = number("longitude", longitude, -LONGITUDE, LONGITUDE)
    # Redis takes the last point in the north and in the east, and then finds it in no search: stay inside,
    # by a millimetre in the north, and by calling 180 degrees east what it also is, 180 degrees west.
    return -LONGITUDE if east == LONGITUDE else east, min(north, LATITUDE - 1e-8)


def radius(metres: object) -> float:
    """The radius of a search, if it is more than nothing and less than the world."""
    return number("radius_m", metres, 0.001, FARTHEST)
