-- renew(keys=[lock], args=[token, ttl_ms]) -> 1 renewed, 0 not ours
-- One script, because between a GET that says "ours" and a PEXPIRE the lock can change hands.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
