"""A throttle that lets a client save up for a burst, holds it to its rate, and never locks it out.

Guarantee  Between any two moments a client gets at most `burst` tokens and what `limit` per `window_s` brings
           in that time, however many servers ask at once. Whoever is refused has lost nothing and learns
           when to come back, to the millisecond. A bucket is gone when it would be full: no client is refused
           because of what it did long ago.
Breaks     When counting and setting the TTL are two commands and the second never comes, because the client
           died, or because the first one's reply was lost: the key stays for ever, and once over the limit
           the client is refused for ever.
Keys       - throttle:name:{client}, a hash of parts (of tokens) and the millisecond they were counted at,
             gone when the bucket would be full again: after burst / limit windows at most, and what was
             reserved ahead.
Cost       One round trip; the first call of a script on a server takes two more to load it. O(1), 100 bytes
           for a client that is not at rest, nothing for one that is. A refused request writes nothing.
Cluster    The tag is {client} alone, so clients spread over the primaries and each stays in one slot; the
           bucket of one huge client, or one for everybody, is a hot key: lease it out in chunks. When the
           primary dies, the last takings are forgotten and a client may get that much more, at most a full
           bucket and what was reserved ahead. The clock is the primary's: if it steps back, buckets wait for
           it; if it leaps ahead, they fill. A retry after a lost reply takes its tokens twice, on the strict
           side. After a change of `window_s` a bucket in use may hold too few or too many tokens, never more
           than a full one.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.request_throttle.decision import Decision
from patterns.request_throttle.hardened import Throttle
from patterns.request_throttle.naive import NaiveThrottle

__all__ = ["PATTERN", "Decision", "NaiveThrottle", "Throttle"]

PATTERN = Pattern(
    title="Request throttle",
    naive=NaiveThrottle,
    hardened=Throttle,
    anomalies=(Anomaly("immortal key", "The count never gets its TTL, and the client is refused for ever."),),
)
