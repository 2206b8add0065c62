"""What a series holds and answers, and what may be put into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from patterns.wire import number, whole

__all__ = [
    "LATEST", "Bucket", "Limits", "Sample", "TooLate",
    "bucketed", "judged", "moment", "read", "span", "value_of",
]  # fmt: skip

LATEST = 2**52
"""Milliseconds. A double, which is how Redis sorts and scripts count, is exact up to here and beyond."""

MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured, and when, in milliseconds since 1970."""

    at_ms: int
    value: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a stretch of time comes to, from `at_ms` on. Of these four, every longer stretch can be made."""

    at_ms: int
    count: int
    total: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.total / self.count


class TooLate(Exception):
    """The sample's bucket no longer lies whole in the samples that are kept. It was not added now.

    If this was a retry, it may have been added before.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things are kept, checked; in milliseconds."""

    bucket: int
    keep: int
    keep_buckets: int
    ahead: int

    @classmethod
    def of(cls, bucket_ms: object, keep: object, keep_buckets: object, ahead_ms: object) -> Limits:
        """Checked: samples are kept for two buckets at least, and buckets for as long as samples."""
        bucket = whole("bucket_ms", bucket_ms, 1, 86_400_000)
        kept = 1_000 * whole("keep", keep, 1, 10**9)
        if kept < 2 * bucket:
            raise ValueError(f"keep must be at least two buckets, {2 * bucket:,} ms, not {kept:,} ms")
        buckets = 1_000 * whole("keep_buckets", keep_buckets, kept // 1_000, 10**9)
        return cls(bucket, kept, buckets, whole("ahead_ms", ahead_ms, 0, 10**10))

    @property
    def args(self) -> list[int]:
        return [self.bucket, self.keep, self.keep_buckets, self.ahead]


def moment(what: str, value: object) -> int:
    """`value`, if it is a moment."""
    return whole(what, value, 0, LATEST)


def value_of(value: object) -> float:
    """`value`, if it can be a sample's; zero has no sign."""
    return number("value", value, -1e300, 1e300) + 0.0


def span(bucket_ms: int, from_ms: object, to_ms: object) -> tuple[int, int]:
    """Where the first and the last of the buckets begin that hold these moments; 10,000 of them at most."""
    first = moment("from_ms", from_ms) // bucket_ms * bucket_ms
    last = moment("to_ms", to_ms) // bucket_ms * bucket_ms
    whole("the number of buckets", max(0, last - first) // bucket_ms + 1, 1, MOST_BUCKETS)
    return first, last


def bucketed(samples: Iterable[Sample], bucket_ms: int) -> list[Bucket]:
    """Samples, which are in order, by their buckets."""
    found = []
    for number_, group in groupby(samples, lambda sample: sample.at_ms // bucket_ms):
        values = [sample.value for sample in group]
        found.append(Bucket(number_ * bucket_ms, len(values), sum(values), min(values), max(values)))
    return found


def judged(metric: str, outcome: str, value: float, at_ms: int) -> bool:
    """What a script said about a sample: True added, False it was there; or an exception."""
    if outcome == "too late":
        raise TooLate(f"{metric}: the bucket of {at_ms} is partly older than the samples that are kept")
    if outcome == "another":
        raise ValueError(f"{metric} has another value at {at_ms}, not {value}: one series for each source")
    if outcome == "ahead":
        raise ValueError(f"{at_ms} lies too far in the future for {metric}: look at the sender's clock")
    return outcome == "added"


def read(flat: Sequence[Any]) -> list[Sample]:
    """Samples from the flat list in which a script returns them."""
    return [Sample(int(at), float(value)) for at, value in zip(flat[::2], flat[1::2], strict=True)]
