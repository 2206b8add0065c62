"""Drivers nearby who are really there, and a driver for every rider who asks, never the same for two."""

from __future__ import annotations

from patterns.catalogue import lua
from patterns.geo_search.place import Nearby, place, radius
from patterns.wire import Client, Clock, milliseconds, name, number, tag, text, whole

__all__ = ["Drivers"]


class Drivers:
    """Where the drivers of a city are, and whom each is driving. Times are in seconds.

    A driver who has not reported for `fresh` is not offered. A claim lasts for `lease`, and once it has been
    confirmed for `ride`, so that nobody stays taken for ever.
    """

    def __init__(
        self,
        redis: Client,
        city: str,
        *,
        namespace: str = "",
        fresh: float = 30,
        lease: float = 15,
        ride: float = 4 * 3_600,
        now: Clock | None = None,
    ) -> None:
        self.redis = redis
        self.fresh = round(1_000 * number("fresh", fresh, 0.001, 86_400))
        self.lease = round(1_000 * number("lease", lease, 0.001, 86_400))
        self.ride = round(1_000 * number("ride", ride, lease, 7 * 86_400))
        self._now = now
        self.key = f"{namespace}drivers:{{{tag('city', city)}}}"
        self._index = [self.key, f"{self.key}:seen"]
        self._claims = [f"{self.key}:claims", f"{self.key}:riders", f"{self.key}:rides"]
        self._report = redis.register_script(lua(__file__, "report"))
        self._nearby = redis.register_script(lua(__file__, "nearby"))
        self._claim_nearest = redis.register_script(lua(__file__, "claim_nearest"))
        self._confirm = redis.register_script(lua(__file__, "confirm"))
        self._release = redis.register_script(lua(__file__, "release"))
        self._assigned_to = redis.register_script(lua(__file__, "assigned_to"))
        self._offline = redis.register_script(lua(__file__, "offline"))

    def report(self, driver: str, latitude: float, longitude: float) -> None:
        """The driver is here now."""
        here = place(latitude, longitude)
        self._report(keys=self._index, args=[self._time(), name("driver", driver), *here, self.fresh])

    def nearby(self, latitude: float, longitude: float, radius_m: float, count: int = 10) -> list[Nearby]:
        """The nearest drivers who reported lately, nearest first, taken or free."""
        where = [*place(latitude, longitude), radius(radius_m)]
        most = whole("count", count, 1, 1_000)
        found = self._nearby(keys=self._index, args=[self._time(), *where, most, self.fresh])
        return [Nearby(text(who), float(far), float(north), float(east)) for who, far, (east, north) in found]

    def assign(self, rider: str, latitude: float, longitude: float, radius_m: float) -> str | None:
        """Give the rider the nearest free driver, for `lease`; asking again meanwhile gives the same one."""
        where = [*place(latitude, longitude), radius(radius_m)]
        driver = self._claim_nearest(
            keys=[*self._index, *self._claims],
            args=[self._time(), *where, name("rider", rider), self.fresh, self.lease, self.ride],
        )
        return None if driver is None else text(driver)

    def confirm(self, driver: str, rider: str) -> bool:
        """The driver is on the way. False: the claim ran out, and the driver may be another rider's."""
        who = [name("driver", driver), name("rider", rider)]
        return bool(self._confirm(keys=self._claims, args=[self._time(), *who, self.ride]))

    def assigned_to(self, driver: str) -> str | None:
        """The driver's rider, or None while free."""
        rider = self._assigned_to(keys=self._claims[:2], args=[self._time(), name("driver", driver)])
        return None if rider is None else text(rider)

    def release(self, driver: str, rider: str) -> bool:
        """The ride is over, or was never wanted. False: the driver was not this rider's any more."""
        who = [name("driver", driver), name("rider", rider)]
        return bool(self._release(keys=self._claims, args=[self._time(), *who]))

    def offline(self, driver: str) -> bool:
        """The driver goes home; say whether they were out. A claim stays: its rider has to be told."""
        return bool(self._offline(keys=self._index, args=[name("driver", driver)]))

    def _time(self) -> int | str:
        return milliseconds(self._now)
