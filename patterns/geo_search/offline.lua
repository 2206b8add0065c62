-- offline(keys=[positions, seen], args=[driver]) -> 1 gone, 0 was not out
-- One script, so that no driver has a position without an age. There is no GEODEL: a position is a member.
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
