-- destroy(keys=[session, index], args=[token, now]) -> 1 ended, 0 there was none
-- One script, so that a session and its line on the list go together.
local time = redis.call('TIME')
local now = tonumber(ARGV[2]) or time[1] * 1000 + math.floor(time[2] / 1000)
local ends = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]))
redis.call('ZREM', KEYS[2], ARGV[1])
local held = redis.call('UNLINK', KEYS[1])
return held == 1 and ends and ends > now and 1 or 0
