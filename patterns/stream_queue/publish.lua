-- publish(keys=[stream, seen], args=[limit, remember, field, value, ...]) -> id, or nil when the queue is full
-- One script, so that a message that is sent again meets its marker, and two publishers cannot pass the limit together.
local stream, seen = KEYS[1], KEYS[2]
local before = seen and redis.call('GET', seen)
if before then return before end
if redis.call('XLEN', stream) >= tonumber(ARGV[1]) then return false end
local id = redis.call('XADD', stream, '*', unpack(ARGV, 3))
if seen then redis.call('SET', seen, id, 'EX', ARGV[2]) end
return id
