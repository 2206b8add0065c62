-- visit(keys=[sketch], args=[visitor, keep]) -> 1 a register changed, 0 none did
-- One script, so that no sketch is left without a TTL by a writer that dies between two commands.
local changed = redis.call('PFADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return changed
