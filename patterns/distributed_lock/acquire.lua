-- acquire(keys=[lock, fence], args=[token, ttl_ms]) -> fence, or nil while another token holds the lock
-- One script, so that every holder has a fence of its own, and asking again after a lost reply gives the same one.
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(redis.call('GET', KEYS[2]))
end
if holder then return false end
local fence = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return fence
