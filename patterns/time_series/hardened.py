"""A time series that says what became of a sample, compacts as it goes, and forgets in time."""

from __future__ import annotations

from typing import Any

from redis import Redis

from patterns.catalogue import lua
from patterns.time_series.sample import Bucket, Limits, Sample, judged, moment, read, span, value_of
from patterns.wire import Client, Clock, milliseconds, tag, text, whole

__all__ = ["Series"]


class Series:
    """Samples of one metric from one source, in five time series of the module.

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
        if isinstance(redis, Redis) and redis.connection_pool.connection_kwargs.get("db"):
            # The module looks for the other end of a rule in database 0, and is silent when it is not there.
            raise ValueError("the module compacts late samples in database 0 only: use it, or CoreSeries")
        self.redis, self.metric, self.now = redis, metric, now
        self.key = f"{namespace}series:{{{tag('metric', metric)}}}"
        self.compacted = [f"{self.key}:{what}" for what in ("count", "total", "low", "high")]
        self.limits = Limits.of(bucket_ms, keep, keep_buckets, ahead_ms)
        self._put = redis.register_script(lua(__file__, "put"))
        self._get = redis.register_script(lua(__file__, "get"))
        self._look = redis.register_script(lua(__file__, "look"))

    def add(self, value: float, at_ms: int) -> bool:
        """Add what was measured at a moment. True: it was added; False: it was there, this is a retry.

        Take the moment once, when you measure, and send the same again until you hear of it. Raises TooLate,
        and ValueError for another value at that moment and for a moment in the future.
        """
        value, at_ms = value_of(value), moment("at_ms", at_ms)
        args = [at_ms, repr(value), milliseconds(self.now), *self.limits.args]
        outcome = self._put(keys=[self.key, *self.compacted], args=args)
        return judged(self.metric, text(outcome), value, at_ms)

    def samples(self, from_ms: int, to_ms: int, count: int = 1_000) -> list[Sample]:
        """The first `count` samples from one moment to another, both included."""
        args = [moment("from_ms", from_ms), moment("to_ms", to_ms), whole("count", count, 1, 10_000)]
        return read(self._get(keys=[self.key], args=args))

    def buckets(self, from_ms: int, to_ms: int) -> list[Bucket]:
        """The buckets that hold the moments from one to another, the open one too, without the empty ones."""
        first, last = span(self.limits.bucket, from_ms, to_ms)
        rows: Any = self._look(keys=self.compacted, args=[first, last])
        return [
            Bucket(int(at), int(float(count)), float(total), float(low), float(high))
            for at, count, total, low, high in rows
        ]
