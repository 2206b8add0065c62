"""A counter that counts an event once, and whose load many primaries can share.

Guarantee  An event with an id counts exactly once while the id is remembered, whoever sends it again; one
           without counts once however often the client itself retries. The parts lie in different slots,
           one in each of `parts` equal stretches. total() misses nothing that was counted before you asked.
Breaks     When the reply to INCR is lost: redis-py, from version 6 on, sends it again by itself, and it
           counts twice. When the counter is popular: all writes go to one key, one slot, one primary, and
           more primaries change nothing.
Keys       - counter:{name:part.attempt}, a number for each part. No TTL: it is the count, in as many keys as
             there are parts.
           - counter:{name:part.attempt}:seen:{event}, the amount, gone after `remember` seconds.
Cost       One round trip to add, and one to each primary that holds parts to read; the first call of a script
           on a server takes two more to load it. About 130 bytes for an event of the last `remember` seconds:
           a thousand a second, remembered for ten minutes, are 78 MB.
Cluster    Every part has a tag of its own, and its marks share it. total() is not a moment: while others
           count it may be a sum that never was. When a primary dies, the last events of its parts go, and
           their marks with them: events that are sent again are counted again, rightly; the others are lost.
           For money, count rows in a database. A change of `parts` finds some of the old parts and
           not the others: give the counter a new name with it.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.distributed_counter.hardened import LARGEST_AMOUNT, MOST_PARTS, Counter, Place
from patterns.distributed_counter.naive import NaiveCounter

__all__ = ["LARGEST_AMOUNT", "MOST_PARTS", "PATTERN", "Counter", "NaiveCounter", "Place"]

PATTERN = Pattern(
    title="Distributed counter",
    naive=NaiveCounter,
    hardened=Counter,
    anomalies=(
        Anomaly(
            "double count", "The reply is lost, the client sends INCR again by itself, and it counts twice."
        ),
        Anomaly("hot key", "All writes are for one key, so that one primary does all the work."),
    ),
)
