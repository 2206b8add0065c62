"""Two cures that suggest themselves, and what is wrong with each: a TTL for the city, SET NX for a driver."""

from __future__ import annotations

from lessons.geo_search.places import FRESH
from patterns.geo_search import NaiveDrivers

__all__ = ["ExpiringCity", "NxDrivers"]


class ExpiringCity(NaiveDrivers):
    """Each report sets a TTL, so that positions end. But the TTL is the key's, and the key is the city."""

    def report(self, driver: str, latitude: float, longitude: float) -> None:
        super().report(driver, latitude, longitude)
        self.redis.expire(self.key, round(FRESH))


class NxDrivers(NaiveDrivers):
    """The claim is one atomic command with an end. But it does not know its own rider again."""

    def assign(self, rider: str, latitude: float, longitude: float, radius_m: float) -> str | None:
        for candidate in self.nearby(latitude, longitude, radius_m, 1_000):
            if self.redis.set(f"{self.key}:claim:{candidate.driver}", rider, nx=True, ex=60):
                return candidate.driver
        return None

    def assigned_to(self, driver: str) -> str | None:
        rider = self.redis.get(f"{self.key}:claim:{driver}")
        return None if rider is None else str(rider)
