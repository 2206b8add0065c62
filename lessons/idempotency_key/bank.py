"""Where the money is: a bank outside of Redis, or a balance inside of it."""

from __future__ import annotations

from collections import Counter

from redis import Redis

from patterns.idempotency_key import Effect, Response

__all__ = ["Bank", "Ledger"]

BOOK = "charged:{mia}"


class Bank:
    """Somebody else's service, outside of Redis. It may know the key of a payment, or not."""

    def __init__(self, knows_keys: bool) -> None:
        self.knows_keys = knows_keys
        self._charged: Counter[str] = Counter()

    def charge(self, key: str) -> Response:
        if not (self.knows_keys and self._charged[key]):
            self._charged[key] += 1
        return Response(201, "paid")

    def charged(self, redis: Redis) -> dict[str, int]:
        """How often each payment was made. No failover of Redis changes it."""
        return dict(self._charged)


class Ledger:
    """The payments are a hash in the same Redis, written in the step that records the answer."""

    def charge(self, key: str) -> Response:
        return Response(201, "paid", Effect("HINCRBY", BOOK, (key, 1)))

    def charged(self, redis: Redis) -> dict[str, int]:
        """How often each payment was made, as this server has it."""
        return {str(key): int(times) for key, times in redis.hgetall(BOOK).items()}
