-- destroy_all(keys=[index], args=[now]) -> how many sessions were ended
-- One script, so that no session can be created between counting and ending. What they held is out of reach from
-- here on, and expires: they are not keys of this script, and may be too many to delete in one go.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local live = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
redis.call('UNLINK', KEYS[1])
return live
