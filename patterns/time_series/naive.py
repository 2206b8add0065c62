"""The series most of us write first: TS.ADD, and every question asked of all samples."""

from __future__ import annotations

from typing import Any

from redis import Redis

from patterns.time_series.sample import Bucket, Sample, bucketed, moment, span, value_of
from patterns.wire import tag, whole

__all__ = ["NaiveSeries"]


class NaiveSeries:
    """Samples of one metric, in a time series of the module."""

    def __init__(self, redis: Redis, metric: str, *, namespace: str = "", bucket_ms: int = 60_000) -> None:
        self.redis = redis
        self.key = f"{namespace}series:{{{tag('metric', metric)}}}"
        self.bucket_ms = whole("bucket_ms", bucket_ms, 1, 86_400_000)

    def add(self, value: float, at_ms: int) -> bool:
        """Add what was measured at a moment; True, it was added."""
        checked = value_of(value)
        # Bug on purpose (unbounded retention): a series made without RETENTION keeps every sample for ever.
        # Bug on purpose (refused retry): without a DUPLICATE_POLICY it refuses a sample that it has already.
        self.redis.execute_command("TS.ADD", self.key, moment("at_ms", at_ms), checked)
        return True

    def samples(self, from_ms: int, to_ms: int, count: int = 1_000) -> list[Sample]:
        """The first `count` samples from one moment to another, both included."""
        whole("count", count, 1, 10_000)
        return self._range(moment("from_ms", from_ms), moment("to_ms", to_ms), "COUNT", count)

    def buckets(self, from_ms: int, to_ms: int) -> list[Bucket]:
        """The buckets that hold the moments from one to another, without the empty ones."""
        first, last = span(self.bucket_ms, from_ms, to_ms)
        return bucketed(self._range(first, last + self.bucket_ms - 1), self.bucket_ms)

    def _range(self, *arguments: Any) -> list[Sample]:
        if not self.redis.exists(self.key):
            return []
        found: Any = self.redis.execute_command("TS.RANGE", self.key, *arguments)
        return [Sample(int(at), float(value)) for at, value in found]
