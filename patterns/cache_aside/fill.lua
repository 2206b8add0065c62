-- fill(keys=[entry, lease], args=[now, token, version, fresh_ms, keep_ms, cost_ms, value?]) -> 1 stored, 0 refused
-- One script, because a row is only as new as the moment it was read: whoever lost the lease, or reads an older version
-- than is known here (from a replica that lags behind), must not put it back. Without a value the row is absent.
local entry, lease = KEYS[1], KEYS[2]
local token, version, fresh_ms, keep_ms, cost_ms, value = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local known = tonumber(redis.call('HGET', entry, 'version') or -1) -- an absent row is older than any version
if redis.call('GET', lease) ~= token then return 0 end
redis.call('DEL', lease)
if tonumber(version) < known then return 0 end
-- What is known of the version lasts as long as the grave would have, also where the copy itself is gone before.
local grave = redis.call('PTTL', entry)
redis.call('DEL', entry)
redis.call('HSET', entry, 'version', version, 'fresh_until', now + fresh_ms, 'cost', cost_ms)
if value then redis.call('HSET', entry, 'value', value) end
redis.call('PEXPIRE', entry, math.max(keep_ms, grave))
return 1
