-- release(keys=[lock], args=[token]) -> 1 released, 0 not ours
-- One script, because between a GET that says "ours" and a DEL the lock can change hands.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
