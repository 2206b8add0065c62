"""Counting unique visitors in 12 KB a page and day, whatever the traffic, and honest about the error.

Guarantee  A visitor counts once a day and once in any span of days, however often the visit is sent and in
           whatever order. A count is off by about 0.81 % (one standard error); the answer carries the band
           that holds the truth in about 95 of 100 cases. Merging sketches adds no error of its own.
Breaks     When the days of a span are added up: whoever came twice counts twice. When PFADD's 1 is read as
           "new visitor": it says that a register changed, and the more visitors there are the fewer change
           one, so the counter falls behind. When a count is shown without its error: 1 % is no difference.
Keys       - visitors:{site:page}:{day}, a HyperLogLog, gone `keep` seconds after the day's last visit, or
             the last time that it was gathered. A colon in a name is written %3A.
           - visitors:{site:page:n}:{day}, the same for part n when a page is spread over several keys, gone
             `keep` seconds after the last visit to this part: gather before that.
           - visitors:{site:page}:gather:{day}:{n}, a part while it is merged; gone in the same step, or
             in a minute where that fails.
Cost       One round trip to visit or to count a day or a span; gathering a page of n parts takes n. At most
           12,304 bytes a page, day and part, a few hundred while there are few visitors. Counting a span
           unites one sketch a day on the server's main thread: below a millisecond for a year where Redis 8
           has AVX2, tens of them before, so keep the answer.
Cluster    The days of a page share the tag {site:page}, so a span can be united where it lies, and pages
           spread by themselves. One page that is hot for writes is one key: spread it over `parts`, whose
           slots are left to chance: see that they lie on different primaries, and gather them to read. When
           a primary dies the last visits go; sending them again does no harm, so replay the log from before
           the failure. What a sketch cannot do: list the visitors, forget one, say who is in it, or intersect
           with another.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.unique_visitors.estimate import STANDARD_ERROR, Estimate
from patterns.unique_visitors.hardened import Visitors
from patterns.unique_visitors.naive import NaiveVisitors

__all__ = ["PATTERN", "STANDARD_ERROR", "Estimate", "NaiveVisitors", "Visitors"]

PATTERN = Pattern(
    title="Unique visitors",
    naive=NaiveVisitors,
    hardened=Visitors,
    anomalies=(
        Anomaly("double count", "The days are added up, and whoever came on two days counts twice."),
        Anomaly("undercount", "PFADD's 1 is taken for a new visitor; most newcomers to a busy page get a 0."),
    ),
)
