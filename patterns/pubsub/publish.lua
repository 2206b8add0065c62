-- publish(keys=[events, seen], args=[body, limit, keep, remember]) -> id
-- One script, so that no event is kept of which nobody is told, and one that is sent again meets its marker.
local events, seen = KEYS[1], KEYS[2]
local before = seen and redis.call('GET', seen)
if before then return before end
local id = redis.call('XADD', events, 'MAXLEN', '~', ARGV[2], '*', 'body', ARGV[1])
redis.call('EXPIRE', events, ARGV[3])
if seen then redis.call('SET', seen, id, 'EX', ARGV[4]) end
redis.call('SPUBLISH', events, id)
return id
