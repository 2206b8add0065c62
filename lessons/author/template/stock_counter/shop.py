"""The pattern: what people write first, and what keeps the promise. The page shows these functions."""

from __future__ import annotations

from redis import Redis

KEY = "stock:shoe"

TAKE = """
local left = tonumber(redis.call('GET', KEYS[1]) or '0')
if left < 1 then return 0 end
redis.call('DECR', KEYS[1])
return 1
"""


def buy_naive(redis: Redis) -> bool:
    """Look, and then take: between the two anybody may do the same."""
    left = int(redis.get(KEY) or 0)
    if left < 1:
        return False
    redis.decr(KEY)
    return True


def buy_hardened(redis: Redis) -> bool:
    """One script looks and takes; nothing can stand in between."""
    return bool(redis.eval(TAKE, 1, KEY))
