"""A rate limiter that admits no more than its limit in any window, wherever the window begins.

Guarantee  "log": in every stretch of one window at most `limit` requests of a client are admitted, however
           many servers ask at once. "counter": at most `limit` in each window of the clock, and after a
           full one only as fast as that one fades; a stretch that begins elsewhere can hold more if the
           traffic was uneven, in the worst case nearly twice. Whoever is refused learns when to come back,
           to the millisecond, and has used up nothing by asking.
Breaks     When the counter begins again at the boundary: two full limits in two seconds. When the count is
           read, compared and then raised: all who have read the last free place take it.
Keys       - ratelimit:log:name:{client}, a sorted set of request -> the millisecond it was admitted, gone
             one window after the last.
           - ratelimit:counter:name:{client}, a hash of start, previous and current, gone when its windows
             no longer count.
Cost       One round trip; the first call of a script on a server takes two more to load it. "log": O(log N),
           and O(M) for the M lines that have left the window, which one request pays for all; 30 bytes for
           every request admitted in the last window, 95 once there are more than 128 of them. "counter":
           O(1), 130 bytes for a client. A refused request leaves nothing behind.
Cluster    The tag is {client} alone, so clients spread over the primaries and each stays in one slot; the
           limit of one huge client, or one for everybody, is a hot key. When the primary dies, the last
           requests are forgotten and may be admitted once more. The clock is the primary's: if it steps
           back, or the promoted one is behind, clients wait that much longer; if it leaps ahead, they
           get in that much sooner. After a lost reply the client's own retry is the same request to the
           log; the counter counts it twice, on the strict side.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.rate_limiter.decision import Decision, headers
from patterns.rate_limiter.hardened import MOST, RateLimiter
from patterns.rate_limiter.naive import NaiveRateLimiter

__all__ = ["MOST", "PATTERN", "Decision", "NaiveRateLimiter", "RateLimiter", "headers"]

PATTERN = Pattern(
    title="Rate limiter",
    naive=NaiveRateLimiter,
    hardened=RateLimiter,
    anomalies=(
        Anomaly(
            "double burst", "The end of one window and the start of the next together admit twice the limit."
        ),
        Anomaly("over-admission", "Several clients read the last free place, and each of them takes it."),
    ),
)
