-- bits_look(keys=[filter], args=[]) -> {items, capacity}, or nil: there is no filter
-- One script, because a missing string reads as zeros, and it could go between a look and the question.
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return redis.call('BITFIELD', KEYS[1], 'GET', 'u32', '#0', 'GET', 'u32', '#1')
