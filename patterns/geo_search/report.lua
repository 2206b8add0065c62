-- report(keys=[positions, seen], args=[now, driver, longitude, latitude, fresh]) -> how many silent drivers went
-- One script, so that no driver has a position without an age. A member of a sorted set has no TTL of its own:
-- each report takes away up to 100 who fell silent, which spreads the cleaning over the traffic.
local positions, seen = KEYS[1], KEYS[2]
local driver, longitude, latitude, fresh = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local silent = redis.call('ZRANGE', seen, '-inf', now - fresh, 'BYSCORE', 'LIMIT', 0, 100)
if #silent > 0 then
  redis.call('ZREM', positions, unpack(silent))
  redis.call('ZREM', seen, unpack(silent))
end
redis.call('GEOADD', positions, longitude, latitude, driver)
redis.call('ZADD', seen, now, driver)
redis.call('PEXPIRE', positions, fresh)
redis.call('PEXPIRE', seen, fresh)
return #silent
