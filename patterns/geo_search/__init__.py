"""Drivers near a rider, and the nearest free one given to exactly one rider.

Guarantee  A driver has at most one rider at any moment, and a rider at most one driver, however many ask at
           once and however often. Nobody is newly given who has not reported for `fresh` seconds; a rider who
           asks again hears of the driver they have, silent or not. A claim that is not confirmed gives the
           driver back by itself, and only the driver's rider can release them.
Breaks     When search and claim are two commands: two riders are given one driver. When a position has no
           age: a phone that died is offered. When a rider asks again: two drivers come. When a claim has no
           end: a rider who vanished keeps a driver. When release does not look at the rider: a late cancel
           takes the driver from the next rider.
Keys       - drivers:{city}, a sorted set of driver -> 52 bits of geohash, gone `fresh` after the last report.
           - drivers:{city}:seen, a sorted set of driver -> time of the last report, gone with it.
           - drivers:{city}:claims, a sorted set of driver -> deadline, gone `ride` after the last claim.
           - drivers:{city}:riders and :rides, hashes of driver -> rider and rider -> driver, gone with it.
Cost       One round trip for every method; the first call of a script on a server takes two more to load it.
           A search is O(N + log M) for N members in the boxes around the circle and M inside it: ask for
           the smallest radius that will do. About 190 bytes for a driver and 260 for a claim. From Redis 7.4
           on HPEXPIRE could end claims without the sweep.
Cluster    The tag {city} keeps a city in one slot, so on one primary. A city too hot for one is cut into
           cells (a geohash prefix as the tag), and a search asks the neighbouring cells too. When the
           primary dies, positions are back within one report. A claim of the last moments can be lost and
           its driver given away again: the driver's app, or the ride's row in the database, must have the
           last word.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.geo_search.hardened import Drivers
from patterns.geo_search.naive import NaiveDrivers
from patterns.geo_search.place import Nearby

__all__ = ["PATTERN", "Drivers", "NaiveDrivers", "Nearby"]

PATTERN = Pattern(
    title="Geospatial search",
    naive=NaiveDrivers,
    hardened=Drivers,
    anomalies=(
        Anomaly("double dispatch", "Two riders see the same driver free, and both are told it is theirs."),
        Anomaly("ghost driver", "A driver whose phone died an hour ago is offered as if they were there."),
        Anomaly("second car", "The reply is lost, the rider asks again, and two drivers are on the way."),
        Anomaly("stuck driver", "The rider's app dies after the claim, and the driver is never free again."),
        Anomaly("stolen release", "A rider's late cancel takes the driver away from the next rider."),
    ),
)
