-- list(keys=[index], args=[now]) -> {token, token, ...}, the one that ends first in front
-- A script for the server's clock: by any other, sessions would be listed that have ended, or left out.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGE', KEYS[1], '(' .. now, '+inf', 'BYSCORE')
