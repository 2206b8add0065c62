"""Cities, drivers around them, and the map of what the keyspace holds."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lessons.pictures import GeoMap, Place, Tone
from patterns.geo_search import Drivers, NaiveDrivers

if TYPE_CHECKING:
    from redis import Redis

    from lab.bench import Bench

__all__ = ["CITIES", "FRESH", "LEASE", "Spot", "draw", "drivers_around", "metres_between", "spot"]

CITIES = {
    "Berlin": (52.5200, 13.4050),
    "Cairo": (30.0444, 31.2357),
    "Jakarta": (-6.2088, 106.8456),
    "Lagos": (6.5244, 3.3792),
    "Lisbon": (38.7223, -9.1393),
    "London": (51.5074, -0.1278),
    "Mexico City": (19.4326, -99.1332),
    "Mumbai": (19.0760, 72.8777),
    "Nairobi": (-1.2921, 36.8219),
    "New York": (40.7128, -74.0060),
    "Paris": (48.8566, 2.3522),
    "São Paulo": (-23.5505, -46.6333),
    "Sydney": (-33.8688, 151.2093),
    "Tokyo": (35.6762, 139.6503),
}
FRESH, LEASE = 30.0, 15.0
EARTH = 6_372_797.560856
"""Metres: the radius of the sphere that Redis calculates with."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands."""

    city: str
    latitude: float
    longitude: float


def spot(city: str, north_m: float = 0, east_m: float = 0) -> Spot:
    """So many metres north and east of a city's centre."""
    latitude, longitude = CITIES[city]
    degree = math.radians(1) * EARTH
    north = latitude + north_m / degree
    return Spot(city, north, longitude + east_m / (degree * math.cos(math.radians(latitude))))


def drivers_around(city: str, count: int, spread_m: int) -> Iterator[tuple[str, Spot]]:
    """Drivers strewn over a disc around the centre, always the same ones for the same city."""
    dice = random.Random(city)
    for number in range(count):
        far, angle = spread_m * math.sqrt(dice.random()), dice.uniform(0, 2 * math.pi)
        yield f"driver {number + 1:02}", spot(city, far * math.sin(angle), far * math.cos(angle))


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The haversine distance of two (latitude, longitude), as Redis measures it."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(degree) for degree in point] for point in (here, there))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(half))


def draw(
    bench: Bench,
    drivers: Drivers | NaiveDrivers,
    centre: Spot,
    radius_m: float,
    *,
    title: str,
    chosen: Collection[str] = (),
    notes: Mapping[str, str] | None = None,
    wrong: Collection[str] = (),
) -> GeoMap:
    """Every driver that the keyspace knows, read unseen: free, taken, silent or far."""
    quiet, now_ms = bench.quiet(), bench.clock() * 1000
    names = sorted(str(name) for name in quiet.zrange(drivers.key, 0, -1))
    found = quiet.geopos(drivers.key, *names) if names else []
    riders = {str(name): str(rider) for name, rider in quiet.hgetall(f"{drivers.key}:riders").items()}
    reported: dict[str, float] = {}
    if isinstance(drivers, Drivers):
        reported = _scores(quiet, f"{drivers.key}:seen")
        claimed = _scores(quiet, f"{drivers.key}:claims")
        riders = {name: rider for name, rider in riders.items() if claimed.get(name, 0) > now_ms}
    places = []
    for name, position in zip(names, found, strict=True):
        if position is None:
            continue
        longitude, latitude = position
        far = metres_between((centre.latitude, centre.longitude), (latitude, longitude))
        rider = riders.get(name)
        silent = reported.get(name, now_ms) <= now_ms - FRESH * 1000
        state, tone = _state(name in chosen, rider, silent, far <= radius_m)
        more = (notes or {}).get(name) or (f"driving {rider}" if rider else "")
        note = f"{far:,.0f} m{f', {more}' if more else ''}"
        places.append(Place(name, latitude, longitude, state, "bad" if name in wrong else tone, note))
    return GeoMap(title, centre.latitude, centre.longitude, radius_m, tuple(places), "you")


def _scores(redis: Redis, key: str) -> dict[str, float]:
    found: Any = redis.zrange(key, 0, -1, withscores=True)
    return {str(name): float(score) for name, score in found}


def _state(chosen: bool, rider: str | None, silent: bool, within: bool) -> tuple[str, Tone]:
    if chosen:
        return "chosen", "good"
    if rider:
        return "taken", "warn"
    if silent:
        return "silent", "warn"
    return ("free", "plain") if within else ("too far", "plain")
