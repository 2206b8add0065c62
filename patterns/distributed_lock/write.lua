-- write(keys=[resource], args=[fence, value]) -> 1 written, 0 refused
-- One script, because the fence must be compared in the step that writes: a check made earlier is a hope.
local newest = tonumber(redis.call('HGET', KEYS[1], 'fence') or 0)
if tonumber(ARGV[1]) < newest then return 0 end
redis.call('HSET', KEYS[1], 'fence', ARGV[1], 'value', ARGV[2])
return 1
