"""A filter that says who is new, and that says so when it has lost its memory.

Guarantee  While a filter lasts, add() answers True to one caller at most for an item, and might_contain()
           answers False only for what was neither added nor loaded. Of the other items a share of `error` is
           taken for known; a filter that is full refuses rather than take more. A filter that is gone answers
           None, which is not no, and only rebuild(), which reads the truth, brings one into being.
Breaks     When EXISTS is asked and ADD follows: two callers are both told that they saw it first. When a
           missing filter is read as an empty one: everybody it knew is turned away, at once, and the next ADD
           makes a new one of a hundred places that looks alive.
Keys       - seen:{filter}, the filter: a Bloom filter of the module, or in core.py a string of 16 bytes and
             the bits. No TTL: a filter that forgets everything at an hour of its own choosing is a fault.
           - seen:{filter}:coming and seen:{filter}:rebuild, the next filter and whose work it is, only while
             it is built; they are gone `lease_ms` after the last batch when that client dies.
Cost       One round trip to add, to ask and to look; rebuild takes two and one more for each 500 items; the
           first call of a script on a server takes two more to load it. 1.2 bytes for an item at an error of
           1 %, 1.8 at 0.1 %, whatever the length of the item, more where they are few, and all of it is
           taken at the start.
Cluster    The tag {filter} keeps the filter and its successor in one slot, so on one primary; one that is too
           hot is split by a hash of the item into filters of other names. When the primary dies, the last
           items are forgotten: they are new once more, and as a guard before a database the filter turns
           them away until it is rebuilt. A True whose reply is lost is heard by nobody; so never let a
           filter alone decide about something that must happen.
"""

from __future__ import annotations

from patterns.bloom_filter.core import CoreSeenFilter
from patterns.bloom_filter.hardened import SeenFilter
from patterns.bloom_filter.naive import NaiveSeenFilter
from patterns.bloom_filter.state import FilterFull, FilterMissing, RebuildLost, RebuildRunning, State
from patterns.catalogue import Anomaly, Pattern

__all__ = [
    "PATTERN", "CoreSeenFilter", "FilterFull", "FilterMissing", "NaiveSeenFilter", "RebuildLost",
    "RebuildRunning", "SeenFilter", "State",
]  # fmt: skip

PATTERN = Pattern(
    title="Bloom filter",
    naive=NaiveSeenFilter,
    hardened=SeenFilter,
    core=CoreSeenFilter,
    needs=frozenset({"bloom"}),
    anomalies=(
        Anomaly("both saw it first", "Two callers ask before either adds, and both are told it is new."),
        Anomaly("lost filter", "The filter is gone, which is read as empty, and it rejects everyone."),
    ),
)
