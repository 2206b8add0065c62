-- release(keys=[claims, riders, rides], args=[now, driver, rider]) -> 1 released, 0 not this rider's any more
-- One script, because between a look at the rider and the release the driver can go to another.
local claims, riders, rides = KEYS[1], KEYS[2], KEYS[3]
local driver, rider = ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local deadline = tonumber(redis.call('ZSCORE', claims, driver))
if redis.call('HGET', riders, driver) ~= rider then return 0 end
redis.call('ZREM', claims, driver)
redis.call('HDEL', riders, driver)
redis.call('HDEL', rides, rider)
return deadline and deadline > now and 1 or 0
