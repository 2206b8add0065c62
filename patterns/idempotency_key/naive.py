"""The idempotency key most of us write first: SET NX 'processing' EX, and 409 for whoever comes second."""

from __future__ import annotations

from redis import Redis

from patterns.idempotency_key.response import InProgress, Response, Work, checked
from patterns.wire import carry_out, name, tag, whole

__all__ = ["NaiveIdempotency"]


class NaiveIdempotency:
    """Requests that are sent again do not happen again, for `lease_ms`."""

    def __init__(self, redis: Redis, scope: str, lease_ms: int = 30_000, *, namespace: str = "") -> None:
        self.redis = redis
        self.lease_ms = whole("lease_ms", lease_ms, 1, 86_400_000)
        self.base = f"{namespace}idempotency:{{{tag('scope', scope)}}}"

    def run(self, key: str, fingerprint: str, work: Work) -> Response:
        """Do the work of a request, unless its key is known."""
        record = f"{self.base}:{name('key', key)}"
        name("fingerprint", fingerprint)
        # Bug on purpose (locked out): if the work fails or the process dies, its retries are refused as well.
        if not self.redis.set(record, "processing", nx=True, px=self.lease_ms):
            # Bug on purpose (no answer): the request may be done, and its client is never told how it went.
            raise InProgress(key, self.lease_ms / 1_000)
        response = checked(work())
        # Bug on purpose (double execution): work that lasts longer than the key is done again by a retry.
        carry_out(self.redis, response.effect)
        return response
