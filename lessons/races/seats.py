"""Selling seats in several ways. The first two lose; each of the others closes the gap in its own manner.

`between` is called where others may come in: a demo holds the client there, and a real one does nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis
from redis.exceptions import WatchError

__all__ = ["Sale"]

TAKE = """\
-- take(keys=[left, sold], args=[buyer]) -> 1 taken, 0 sold out
if tonumber(redis.call('GET', KEYS[1]) or 0) < 1 then return 0 end
redis.call('DECR', KEYS[1])
redis.call('RPUSH', KEYS[2], ARGV[1])
return 1
"""
TAKE_ONCE = """\
-- take_once(keys=[left, sold, orders], args=[buyer, order]) -> 1 taken, 0 sold out; asked again, the same
local known = redis.call('HGET', KEYS[3], ARGV[2])
if known then return tonumber(known) end
local taken = 0
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then
  redis.call('DECR', KEYS[1])
  redis.call('RPUSH', KEYS[2], ARGV[1])
  taken = 1
end
redis.call('HSET', KEYS[3], ARGV[2], taken)
return taken
"""
SWAP = """\
-- swap(keys=[left, sold], args=[seen, wanted, buyer]) -> 1 done, 0 somebody was faster
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[3])
return 1
"""
Between = Callable[[], object]


def nothing() -> None:
    """Nobody holds a real client between two of its commands. Others come in all the same."""


class Sale:
    """The seats of one hall. Every way returns whether the buyer has got a seat."""

    def __init__(self, redis: Redis, hall: str = "hall", *, namespace: str = "") -> None:
        self.redis = redis
        self.left = f"{namespace}seats:{{{hall}}}:left"
        self.free = f"{namespace}seats:{{{hall}}}:free"
        self.sold = f"{namespace}seats:{{{hall}}}:sold"
        self.orders = f"{namespace}seats:{{{hall}}}:orders"
        self._take = redis.register_script(TAKE)
        self._take_once = redis.register_script(TAKE_ONCE)
        self._swap = redis.register_script(SWAP)

    def open(self, seats: int) -> None:
        """Begin to sell: a number of seats that are left, and the same seats as a list of names."""
        self.redis.delete(self.left, self.free, self.sold, self.orders)
        self.redis.set(self.left, seats)
        self.redis.rpush(self.free, *(f"seat {number}" for number in range(1, seats + 1)))

    def look_then_take(self, buyer: str, between: Between = nothing) -> bool:
        """Read, decide, write."""
        left = int(self.redis.get(self.left) or 0)
        if left < 1:
            return False
        between()
        # Bug on purpose (oversold): what was read may be out of date by now.
        self.redis.set(self.left, left - 1)
        self.redis.rpush(self.sold, buyer)
        return True

    def multi_alone(self, buyer: str, between: Between = nothing) -> bool:
        """The same, with the writes in a transaction."""
        left = int(self.redis.get(self.left) or 0)
        if left < 1:
            return False
        between()
        with self.redis.pipeline(transaction=True) as both:
            # Bug on purpose (oversold): MULTI keeps the two writes together, and not the reading with them.
            both.set(self.left, left - 1)
            both.rpush(self.sold, buyer)
            both.execute()
        return True

    def one_command(self, buyer: str, between: Between = nothing) -> bool:
        """A seat is an item, and moving it is one command: there is no between."""
        return self.redis.lmove(self.free, self.sold, "LEFT", "RIGHT") is not None

    def one_script(self, buyer: str, between: Between = nothing) -> bool:
        """Reading, deciding and writing in one script: there is no between."""
        return bool(self._take(keys=[self.left, self.sold], args=[buyer]))

    def watch(self, buyer: str, between: Between = nothing) -> bool:
        """Let the transaction fail if anybody has written in between, and begin again."""
        with self.redis.pipeline(transaction=True) as both:
            while True:
                both.watch(self.left)
                left = int(both.get(self.left) or 0)  # after WATCH it is sent at once
                if left < 1:
                    return False
                between()
                both.multi()
                both.set(self.left, left - 1)
                both.rpush(self.sold, buyer)
                try:
                    both.execute()
                except WatchError:
                    continue
                return True

    def compare_and_set(self, buyer: str, between: Between = nothing) -> bool:
        """Write only if what was read is still there, and begin again if it is not."""
        while True:
            left = int(self.redis.get(self.left) or 0)
            if left < 1:
                return False
            between()
            if self._swap(keys=[self.left, self.sold], args=[left, left - 1, buyer]):
                return True

    def once(self, buyer: str, order: str, between: Between = nothing) -> bool:
        """One script that knows the order: asked again, it gives the answer that it gave before."""
        keys = [self.left, self.sold, self.orders]
        return bool(self._take_once(keys=keys, args=[buyer, order]))

    def buyers(self) -> list[str]:
        """What has been sold, in order."""
        return [str(one) for one in self.redis.lrange(self.sold, 0, -1)]
