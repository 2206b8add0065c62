"""A series in which a retry counts once, a late sample counts where it belongs, and the old ones go.

Guarantee  A sample is its moment: sent again it changes nothing, and another value for that moment is refused
           aloud. A late sample is in its bucket at once, or TooLate says that it is in neither samples nor
           buckets; no bucket that has been closed ever loses anything. What a bucket says is what was added.
Breaks     When the default policy meets a retry: the sample is there, and the client hears an error. When
           nothing is ever dropped: a series grows until memory ends. When the clock of one sender is a year
           ahead: retention counts from the newest sample, and drops all the others. When a late sample
           falls into a bucket that retention has half eaten: the module counts the rest, and the bucket
           counts fewer than before. When the series is not in database 0: there the module leaves late
           samples out, silently.
Keys       - series:{metric}, the samples of the last `keep` seconds before the newest: a time series of the
             module, or in core.py a sorted set of "moment value".
           - series:{metric}:count, :total, :low and :high, four compacted series of the last `keep_buckets`
             seconds; in core.py series:{metric}:buckets:{n}, hashes of 60 buckets each.
           - All of them are gone `keep_buckets` seconds after the last sample; each hash, after its own last.
Cost       One round trip to add and to read; the first call of a script on a server takes two more to load
           it. Mostly 1 to 9 bytes for a sample in the module, which begins with 4 KB for each of five series;
           about 100 bytes in core.py, and about 60 for a bucket, twice that where its four numbers need more
           than 64 characters.
Cluster    The tag {metric} keeps samples and buckets in one slot, as a compaction rule demands; series spread
           by themselves. Give every source a series of its own: two that measure in one millisecond would
           refuse each other or be taken for a retry, and the hottest one would carry them all. When the
           primary dies, the last samples go, from samples and buckets alike: send what you still have again,
           it counts once. An eviction can take one of the keys without the others: keep series where nothing
           is evicted.
"""

from __future__ import annotations

from patterns.catalogue import Anomaly, Pattern
from patterns.time_series.core import CoreSeries
from patterns.time_series.hardened import Series
from patterns.time_series.naive import NaiveSeries
from patterns.time_series.sample import Bucket, Sample, TooLate

__all__ = ["PATTERN", "Bucket", "CoreSeries", "NaiveSeries", "Sample", "Series", "TooLate"]

PATTERN = Pattern(
    title="Time series",
    naive=NaiveSeries,
    hardened=Series,
    core=CoreSeries,
    needs=frozenset({"timeseries"}),
    anomalies=(
        Anomaly("refused retry", "The reply is lost, the sample is sent again, and an error comes back."),
        Anomaly(
            "unbounded retention", "No sample is ever dropped, and every answer is made from all of them."
        ),
    ),
)
