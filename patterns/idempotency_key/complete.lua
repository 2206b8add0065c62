-- complete(keys=[record, target], args=[owner, keep_ms, status, has_body, body, command, argument, ...]) -> 1 recorded, 0 not ours
-- One script, because the owner must be compared in the step that brings the effect: a check made earlier is a hope.
local record, target, owner, keep = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local before = redis.call('HMGET', record, 'owner', 'status')
if before[1] ~= owner then return 0 end
if before[2] then return 1 end
if target then redis.call(ARGV[6], target, unpack(ARGV, 7)) end
redis.call('HDEL', record, 'until') -- first: it takes no memory, so a full Redis still keeps what was done
redis.call('HSET', record, 'status', ARGV[3])
if ARGV[4] == '1' then redis.call('HSET', record, 'body', ARGV[5]) end
redis.call('PEXPIRE', record, keep)
return 1
