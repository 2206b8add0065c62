-- abandon(keys=[record], args=[owner]) -> 1 free again, 0 not ours, or answered
-- One script, because between a look at the owner and the DEL the key can change hands.
local before = redis.call('HMGET', KEYS[1], 'owner', 'status')
if before[1] ~= ARGV[1] or before[2] then return 0 end
return redis.call('DEL', KEYS[1])
