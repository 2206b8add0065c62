-- confirm(keys=[claims, riders, rides], args=[now, driver, rider, ride]) -> 1 confirmed, 0 not this rider's any more
-- One script, so that a claim that has just run out, or gone to another, is not made to last.
local claims, riders, rides = KEYS[1], KEYS[2], KEYS[3]
local driver, rider, ride = ARGV[2], ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local deadline = tonumber(redis.call('ZSCORE', claims, driver))
if redis.call('HGET', riders, driver) ~= rider or not deadline or deadline <= now then return 0 end
for _, key in ipairs({claims, riders, rides}) do redis.call('PEXPIRE', key, ride) end
redis.call('ZADD', claims, now + ride, driver) -- last: after a write that takes no memory a full Redis lets it pass
return 1
