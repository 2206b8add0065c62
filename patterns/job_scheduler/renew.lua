-- renew(keys=[running, claims], args=[now, id, claim, lease_ms]) -> 1 renewed, 0 not ours
-- One script, because between a look at the claim and a new deadline the job can change hands.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HGET', KEYS[2], ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('ZREM', KEYS[1], ARGV[2]) -- first: it frees memory, so a full Redis, where claims go on, still renews
redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[2])
return 1
