"""The cart most of us write first: a hash of quantities, changed by the client."""

from __future__ import annotations

from redis import Redis

from patterns.shopping_cart.line import MOST_PIECES, lines, pieces, sku
from patterns.wire import name, tag

__all__ = ["NaiveCart"]


class NaiveCart:
    """What one shopper wants to buy, kept in a hash."""

    def __init__(self, redis: Redis, owner: str, *, namespace: str = "", keep: int = 30 * 86_400) -> None:
        self.redis, self.namespace, self.keep = redis, namespace, keep
        self.key = f"{namespace}cart:{{{tag('owner', owner)}}}"

    def add(self, product: str, quantity: int, request_id: str) -> int:
        """Put pieces into the cart and return how many there are now."""
        name("request_id", request_id)
        wanted = pieces(quantity)
        now = min(self._has(product) + wanted, MOST_PIECES)
        # Bug on purpose (lost quantity): another tab may have changed the line since it was read.
        self.redis.hset(self.key, product, str(now))
        self.redis.expire(self.key, self.keep)
        return now

    def take(self, product: str, quantity: int, request_id: str) -> int:
        """Take pieces out, as many as there are at most, and return how many are left."""
        name("request_id", request_id)
        wanted = pieces(quantity)
        taken = min(self._has(product), wanted)
        # Bug on purpose (negative quantity): another tab may have taken the same pieces since they were seen.
        left = int(self.redis.hincrby(self.key, product, -taken)) if taken else 0
        if left == 0:
            self.redis.hdel(self.key, product)
        return left

    def items(self) -> dict[str, int]:
        """Every line: product and pieces."""
        return lines(self.redis.hgetall(self.key).items())

    def merge(self, guest: str) -> int:
        """Move a guest's lines into this cart at login; say how many there were."""
        other = NaiveCart(self.redis, guest, namespace=self.namespace)
        found = other.items()
        for product, quantity in found.items():
            self.redis.hincrby(self.key, product, quantity)
        # Bug on purpose (doubled merge): after a crash here, or by two logins at once, they are added again.
        self.redis.delete(other.key)
        return len(found)

    def _has(self, product: str) -> int:
        return int(self.redis.hget(self.key, sku(product)) or 0)
