-- begin(keys=[record], args=[now, owner, fingerprint, lease_ms, keep_ms]) -> {"ours"}, {"running", ms left}, {"done", status, body}, {"mismatch"}
-- One script, so that of many who come at once one gets the work, and the others hear what there is to hear.
local record, owner, fingerprint = KEYS[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local before = redis.call('HMGET', record, 'owner', 'fingerprint', 'until', 'status', 'body')
if before[1] and before[2] ~= fingerprint then return {'mismatch'} end
if before[4] then return {'done', before[4], before[5]} end
if before[1] and before[1] ~= owner and tonumber(before[3]) > now then
  return {'running', before[3] - now}
end
redis.call('HSET', record, 'owner', owner, 'fingerprint', fingerprint, 'until', now + ARGV[4])
redis.call('PEXPIRE', record, ARGV[5])
return {'ours'}
