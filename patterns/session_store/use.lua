-- use(keys=[session, index], args=[token, ttl, now, field, value, ...]) -> {field, value, ...}, or nil if it has ended
-- One script, because between a look that finds the session and a write the user can sign out, and the write would
-- bring the session back to life.
local session, index, token, ttl = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)

local last = tonumber(redis.call('HGET', session, 'ends_at'))
local ends = tonumber(redis.call('ZSCORE', index, token))
if not last or not ends or ends <= now then return false end

if ARGV[4] then redis.call('HSET', session, unpack(ARGV, 4)) end
-- Only in the second half of its time, or every request would be a write.
if ends - now < ttl / 2 and ends < last then
  local left = math.min(ttl, last - now)
  redis.call('PEXPIRE', session, left) -- first: it takes no memory, so a full Redis still serves reads
  redis.call('ZADD', index, now + left, token)
  if redis.call('PTTL', index) < left then redis.call('PEXPIRE', index, left) end
end
return redis.call('HGETALL', session)
