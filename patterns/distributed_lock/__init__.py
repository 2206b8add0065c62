"""A lock for one resource among many processes, and the fence that protects the resource when the lock fails.

Guarantee  While Redis loses no data, at most one lease is valid at any moment, only its holder can renew or
           release it, and it ends by itself. Every lease carries a fence higher than all before it, and the
           resource refuses a fence lower than it has seen: a late holder writes nothing over its successor.
Breaks     When release is a plain DEL: a holder that is late frees the lock of its successor. When renewal
           does not compare the token: two clients go on as holders. When the resource does not look at the
           fence: a client that slept through its TTL writes over the work of its successor.
Keys       - lock:{name}, a string, the holder's token, gone after `ttl_ms`.
           - lock:{name}:fence, a counter. No TTL: a fence that starts again at 1 would shut every new holder
             out, so it stays, one small key for every name ever locked, on a server that does not evict.
           - resource:{name}, a hash of value and fence. No TTL: it stands for your data.
Cost       One round trip to acquire, renew, release, write or read; the first call of a script on a server
           takes two more to load it. About 120 bytes while held, and 60 for the counter. A waiting client
           asks two to four times a second in the end, a holder that keeps alive three times per TTL.
Cluster    The tag {name} keeps lock and counter in one slot; the resource may live elsewhere. When the
           primary dies before its replica has heard of a lease, the next client gets the lock as well: two
           holders. The counter has gone back with it, so both may carry the same fence, and the resource
           cannot tell them apart. WAIT 1 after acquire makes that rarer, not impossible. Where two holders
           would do harm, and not just the work twice, take the fence from what you write to (a row version,
           a unique key) or from a consensus store, and keep this lock to save work.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.distributed_lock.hardened import Lock, Resource
from patterns.distributed_lock.lease import Lease, LeaseLost
from patterns.distributed_lock.naive import NaiveLock, NaiveResource
from patterns.distributed_lock.renewal import Renewal

__all__ = ["PATTERN", "Lease", "LeaseLost", "Lock", "NaiveLock", "NaiveResource", "Renewal", "Resource"]

PATTERN = Pattern(
    title="Distributed lock",
    naive=NaiveLock,
    hardened=Lock,
    anomalies=(
        Anomaly("stolen release", "A holder whose time ran out deletes the lock of its successor."),
        Anomaly("two holders", "A holder whose time ran out renews its successor's lock and works on."),
        Anomaly("stale writer", "A holder whose time ran out writes over what its successor wrote."),
    ),
)
