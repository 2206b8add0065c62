-- claim(keys=[due, running, payloads, claims, failed], args=[now, holder, lease_ms, most]) -> {id, payload, attempt, claim}, or nil
-- One script, because to find a job is not to have it: here it moves to `running` in the step that finds it, with a
-- deadline, and whoever asks after that finds it again. Late jobs go first; ZPOPMIN would also take what is not due.
local due, running, payloads, claims, failed = unpack(KEYS)
local holder, lease, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local function first(key)
  return redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
end

for _ = 1, 100 do -- jobs that are given up on the way; the next call goes on
  local id = first(running) or first(due)
  if not id then return false end
  local before = redis.call('HGET', claims, id)
  local attempt = before and before:match('^%d+') + 1 or 1
  redis.call('ZREM', due, id)
  if attempt <= most then
    local claim = attempt .. ' ' .. holder
    redis.call('ZADD', running, now + lease, id)
    redis.call('HSET', claims, id, claim)
    return {id, redis.call('HGET', payloads, id), attempt, claim}
  end
  redis.call('ZREM', running, id)
  redis.call('HDEL', claims, id)
  redis.call('ZADD', failed, now, id)
end
return false
