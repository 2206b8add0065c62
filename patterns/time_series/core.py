"""The same series without the module: a sorted set of samples, and buckets in hashes."""

from __future__ import annotations

from typing import Any

from patterns.catalogue import lua
from patterns.time_series.sample import Bucket, Limits, Sample, judged, moment, read, span, value_of
from patterns.wire import Client, Clock, milliseconds, tag, text, whole

__all__ = ["CoreSeries"]

IN_A_HASH = 60
"""Buckets. Redis keeps a hash of up to 512 fields in one piece, while none is longer than 64 bytes."""


class CoreSeries:
    """Samples of one metric from one source, in a sorted set, and hashes of buckets.

    Samples are kept `keep` seconds back from the newest, buckets of `bucket_ms` for `keep_buckets` seconds.
    `ahead_ms` is how far a sender's clock may be ahead of the server's.
    """

    def __init__(
        self,
        redis: Client,
        metric: str,
        *,
        namespace: str = "",
        bucket_ms: int = 60_000,
        keep: int = 86_400,
        keep_buckets: int = 30 * 86_400,
        ahead_ms: int = 60_000,
        now: Clock | None = None,
    ) -> None:
        self.redis, self.metric, self.now = redis, metric, now
        self.key = f"{namespace}series:{{{tag('metric', metric)}}}"
        self.limits = Limits.of(bucket_ms, keep, keep_buckets, ahead_ms)
        self.hash_ms = IN_A_HASH * self.limits.bucket
        self._put = redis.register_script(lua(__file__, "core_put"))
        self._look = redis.register_script(lua(__file__, "core_look"))

    def add(self, value: float, at_ms: int) -> bool:
        """Add what was measured at a moment. True: it was added; False: it was there, this is a retry.

        Take the moment once, when you measure, and send the same again until you hear of it. Raises TooLate,
        and ValueError for another value at that moment and for a moment in the future.
        """
        value, at_ms = value_of(value), moment("at_ms", at_ms)
        args = [at_ms, repr(value), milliseconds(self.now), *self.limits.args]
        outcome = self._put(keys=[self.key, self._buckets(at_ms)], args=args)
        return judged(self.metric, text(outcome), value, at_ms)

    def samples(self, from_ms: int, to_ms: int, count: int = 1_000) -> list[Sample]:
        """The first `count` samples from one moment to another, both included."""
        first, last = moment("from_ms", from_ms), moment("to_ms", to_ms)
        whole("count", count, 1, 10_000)
        found: Any = self.redis.zrange(self.key, first, last, byscore=True, offset=0, num=count)
        return read([part for member in found for part in text(member).split(" ")])

    def buckets(self, from_ms: int, to_ms: int) -> list[Bucket]:
        """The buckets that hold the moments from one to another, the open one too, without the empty ones."""
        first, last = span(self.limits.bucket, from_ms, to_ms)
        keys = [self._buckets(at) for at in range(first - first % self.hash_ms, last + 1, self.hash_ms)]
        flat = self._look(keys=keys, args=[first, last]) if keys else []
        rows = sorted((int(at), text(row).split()) for at, row in zip(flat[::2], flat[1::2], strict=True))
        return [
            Bucket(at, int(count), float(total), float(low), float(high))
            for at, (count, total, low, high) in rows
        ]

    def _buckets(self, at_ms: int) -> str:
        return f"{self.key}:buckets:{at_ms // self.hash_ms}"
