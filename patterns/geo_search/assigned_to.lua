-- assigned_to(keys=[claims, riders], args=[now, driver]) -> rider, or nil while the driver is free
-- One script, because a rider counts only while the claim lasts, and the two are kept in two keys.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]))
return deadline and deadline > now and redis.call('HGET', KEYS[2], ARGV[2])
