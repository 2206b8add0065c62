-- heartbeat(keys=[stream], args=[group, consumer, id]) -> 1 still ours, 0 not any more
-- One script, because a plain XCLAIM would take the message back from the worker who has reclaimed it.
local stream, group, consumer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if #redis.call('XPENDING', stream, group, id, id, 1, consumer) == 0 then return 0 end
redis.call('XCLAIM', stream, group, consumer, 0, id, 'JUSTID')
return 1
