"""A cache in front of a database, which asks it once for many readers and never puts an old row back.

Guarantee  Of all who miss a row at one moment, one asks the database and the others wait for its answer,
           while Redis answers and a load ends within its lease. Where that answer cannot be kept (the query
           failed, or a replica is behind what is known here) the next of them asks, one at a time. The old
           copy of an updated row does not come back while the row's grave lasts, whoever was loading it, and
           so long its absence is not remembered either. No reader asks twice, and without Redis the database
           gets a bounded number of them at a time.
Breaks     When every miss asks the database: a popular row that ends sends all its readers there at once.
           When a row read before an update is stored after it: the old copy is back until its TTL is over.
           When one catch stands around both: a database in trouble is asked twice as often.
Keys       - cache:{key}, a hash of value, version, end of freshness and cost of the load, gone `ttl` plus
             `stale` seconds after the load, less some jitter. Of an absent row: no value, gone after
             `missing`. Of an updated row, its grave: the version alone, gone after `grave`. A copy stored
             meanwhile stays that long too, so that its version is known, and is served no longer than others.
           - cache:{key}:lease, a string, the token of the one who is loading, gone after `lease`.
Cost       One round trip for a hit or an update, two for a load, and up to 20 a second for a reader who
           waits; the first call of a script on a server takes two more to load it. About 150 bytes beside a
           value of up to 64 bytes, 370 beside a longer one, 110 for a grave. Give the client short time-outs
           and few retries: they are what a reader feels when Redis goes.
Cluster    The tag {key} keeps a row and its lease in one slot, and rows spread over all primaries; of a row
           too hot for one keep a copy in the process, for a second. When the primary dies, its copies are
           loaded anew, one reader for each. A grave of the last moments may be lost with it, and then an old
           copy can live until its TTL is over: what must never be old is read from the database.
"""

from __future__ import annotations

from patterns.cache_aside.bypass import Bypass
from patterns.cache_aside.database import (
    CacheError,
    Database,
    DatabaseError,
    NotInvalidated,
    Overloaded,
    Row,
    StillLoading,
)
from patterns.cache_aside.hardened import Cache
from patterns.cache_aside.naive import NaiveCache
from patterns.catalogue import Anomaly, Pattern

__all__ = [
    "PATTERN", "Bypass", "Cache", "CacheError", "Database", "DatabaseError", "NaiveCache", "NotInvalidated",
    "Overloaded", "Row", "StillLoading",
]  # fmt: skip

PATTERN = Pattern(
    title="Cache-aside",
    naive=NaiveCache,
    hardened=Cache,
    anomalies=(
        Anomaly("stampede", "A popular row ends, and all its readers ask the database at once."),
        Anomaly("stale set", "A row read before an update is stored after it, and the old copy is back."),
        Anomaly("double query", "The database fails, and the catch meant for Redis asks it once more."),
    ),
)
