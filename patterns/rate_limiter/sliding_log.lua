-- sliding_log(keys=[log], args=[limit, window, now, request]) -> {1 admitted or 0, remaining, reset ms, retry ms}
-- One script, because two clients that had counted the same log would both write its last line.
local log, limit, window, request = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[4]
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)

-- A line stays for one window, its last moment not included: at 60,000 that of 0 has gone.
redis.call('ZREMRANGEBYSCORE', log, '-inf', now - window)
local used = redis.call('ZCARD', log)
local admitted = redis.call('ZSCORE', log, request)
if not admitted and used < limit then
  redis.call('ZADD', log, now, request)
  redis.call('PEXPIRE', log, window)
  used, admitted = used + 1, now
end

local function leaves(line)
  return redis.call('ZRANGE', log, line, line, 'WITHSCORES')[2] + window - now
end
-- If the limit has been lowered there are more lines than places, and more than one has to leave.
local retry = admitted and 0 or leaves(used - limit)
return {admitted and 1 or 0, math.max(0, limit - used), leaves(-1), retry}
