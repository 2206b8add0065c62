"""What the tests of the dispatchers share: a city, three places in it, and the names of those found."""

from __future__ import annotations

from patterns.geo_search import Nearby

KEY = "drivers:{paris}"
HERE = (48.8566, 2.3522)
NORTH_100 = (48.8575, 2.3522)  # about 100 metres away
NORTH_1000 = (48.8656, 2.3522)  # about a kilometre away
KM_5 = (*HERE, 5_000)


def names(found: list[Nearby]) -> list[str]:
    return [each.driver for each in found]
