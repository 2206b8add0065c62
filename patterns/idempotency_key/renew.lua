-- renew(keys=[record], args=[now, owner, lease_ms, keep_ms]) -> 1 renewed, 0 not ours
-- One script, because between a look at the owner and a new deadline the key can change hands.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('HMGET', KEYS[1], 'owner', 'status')
if before[1] ~= ARGV[2] or before[2] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[4]) -- first: it takes no memory, so a full Redis still renews
redis.call('HSET', KEYS[1], 'until', now + ARGV[3])
return 1
