-- begin(keys=[coming, rebuild], args=[token, lease_ms, error, capacity]) -> 1 begun, 0 another client is at it
-- One script, so that two clients do not fill one filter, and none of it is left without an end.
local coming, rebuild, token, lease = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local owner = redis.call('GET', rebuild)
if owner and owner ~= token then return 0 end
-- Not where there is none: a full Redis refuses a script at its first write or not at all.
if redis.call('EXISTS', coming) == 1 then redis.call('UNLINK', coming) end
redis.call('BF.RESERVE', coming, ARGV[3], ARGV[4], 'NONSCALING')
redis.call('PEXPIRE', coming, lease)
redis.call('SET', rebuild, token, 'PX', lease)
return 1
