-- swap(keys=[filter, coming, rebuild], args=[token]) -> 'swapped' or 'lost'
-- One script, so that readers see the old filter or the new one, and only its owner lets a complete one in.
local filter, coming, rebuild = KEYS[1], KEYS[2], KEYS[3]
-- An eviction can take `coming` alone, as both have a TTL. RENAME would fail then, after the UNLINK.
if redis.call('GET', rebuild) ~= ARGV[1] or redis.call('EXISTS', coming) == 0 then return 'lost' end
local was = redis.call('TYPE', filter).ok
if was ~= 'none' and was ~= redis.call('TYPE', coming).ok then
  return redis.error_reply('WRONGTYPE the key of the filter holds something else, which stays')
end
redis.call('UNLINK', filter, rebuild)
redis.call('PERSIST', coming) -- RENAME takes the lease along
redis.call('RENAME', coming, filter)
return 'swapped'
