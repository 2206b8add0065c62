-- count(keys=[part, seen], args=[amount, remember]) -> 'counted', 'counted before' or 'another amount'
-- One script, so that counting and remembering are one step, and an event that is sent again finds its mark.
local counted = redis.call('GET', KEYS[2])
if counted then return counted == ARGV[1] and 'counted before' or 'another amount' end
redis.call('INCRBY', KEYS[1], ARGV[1]) -- where this fails nothing has been written
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
return 'counted'
