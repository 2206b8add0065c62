-- has(keys=[filter], args=[item]) -> 1 perhaps, 0 never, or nil: there is no filter
-- One script, because BF.EXISTS says 0 where there is no filter, and it could go between a look and the question.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then return false end
redis.call('BF.CARD', key) -- fails for a key of another type, to which BF.EXISTS would say 0
return redis.call('BF.EXISTS', key, ARGV[1])
