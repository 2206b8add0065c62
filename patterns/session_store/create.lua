-- create(keys=[session, index], args=[token, ttl, absolute ttl, now, field, value, ...]) -> 1
-- One script, so that there is never a session off the list, which could not be ended with the others.
local session, index, token, ttl = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)

redis.call('ZADD', index, now + ttl, token) -- first: a full Redis refuses a script at its first write, or not at all
redis.call('ZREMRANGEBYSCORE', index, '-inf', now) -- sessions that nobody signed out of
redis.call('HSET', session, 'ends_at', now + ARGV[3], unpack(ARGV, 5))
redis.call('PEXPIRE', session, ttl)
if redis.call('PTTL', index) < ttl then redis.call('PEXPIRE', index, ttl) end
return 1
