-- position(keys=[events], args=[keep]) -> id of the last event, or of a mark where there is none
-- One script, so that no mark is left without a TTL by a reader that dies between two commands.
-- The mark makes every position an entry: while the entry is there, nothing after it can have been dropped.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last then return last[1] end
local id = redis.call('XADD', KEYS[1], '*', 'mark', '')
redis.call('EXPIRE', KEYS[1], ARGV[1])
return id
