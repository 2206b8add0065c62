"""The dispatch most of us write first: look for drivers, take the first who is free, write it down."""

from __future__ import annotations

from typing import Any

from redis import Redis

from patterns.geo_search.place import Nearby, place, radius
from patterns.wire import name, tag, text, whole

__all__ = ["NaiveDrivers"]


class NaiveDrivers:
    """Where the drivers of a city are, and whom each is driving."""

    def __init__(self, redis: Redis, city: str, *, namespace: str = "") -> None:
        self.redis = redis
        self.key = f"{namespace}drivers:{{{tag('city', city)}}}"

    def report(self, driver: str, latitude: float, longitude: float) -> None:
        """The driver is here now."""
        self.redis.geoadd(self.key, (*place(latitude, longitude), name("driver", driver)))

    def nearby(self, latitude: float, longitude: float, radius_m: float, count: int = 10) -> list[Nearby]:
        """The nearest drivers, nearest first."""
        centre, metres, most = place(latitude, longitude), radius(radius_m), whole("count", count, 1, 1_000)
        # Bug on purpose (ghost driver): a position never ages, so a phone that died an hour ago is offered.
        found: Any = self.redis.georadius(
            self.key, *centre, metres, "m", withdist=True, withcoord=True, count=most, sort="ASC"
        )
        return [Nearby(text(who), float(far), north, east) for who, far, (east, north) in found]

    def assign(self, rider: str, latitude: float, longitude: float, radius_m: float) -> str | None:
        """Give the rider the nearest free driver."""
        name("rider", rider)
        # Bug on purpose (second car): a rider who asks again, after a time-out, is given one more driver.
        for candidate in self.nearby(latitude, longitude, radius_m, 1_000):
            if self.assigned_to(candidate.driver) is None:
                # Bug on purpose (double dispatch): another rider may have seen this driver free as well.
                # Bug on purpose (stuck driver): if this rider vanishes, nobody gives the driver back.
                self.redis.hset(f"{self.key}:riders", candidate.driver, rider)
                return candidate.driver
        return None

    def assigned_to(self, driver: str) -> str | None:
        """The driver's rider, or None while free."""
        rider = self.redis.hget(f"{self.key}:riders", name("driver", driver))
        return None if rider is None else text(rider)

    def release(self, driver: str, rider: str) -> bool:
        """The ride is over; say whether there was one."""
        name("rider", rider)
        # Bug on purpose (stolen release): the driver may be another rider's by now.
        return bool(self.redis.hdel(f"{self.key}:riders", name("driver", driver)))

    def offline(self, driver: str) -> bool:
        """The driver goes home; say whether they were out."""
        return bool(self.redis.zrem(self.key, name("driver", driver)))
