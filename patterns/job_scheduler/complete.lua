-- complete(keys=[running, payloads, claims, done, target], args=[now, id, claim, remember, command, argument, ...]) -> 1 completed, 0 not ours
-- One script, because the claim must be compared in the step that brings the effect: a check made earlier is a hope.
local running, payloads, claims, done, target = unpack(KEYS)
local id, claim, remember = ARGV[2], ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

if redis.call('HGET', claims, id) ~= claim then return 0 end
if target then redis.call(ARGV[5], target, unpack(ARGV, 6)) end
redis.call('ZREM', running, id)
redis.call('HDEL', payloads, id)
redis.call('HDEL', claims, id)

redis.call('ZADD', done, now, id)
-- At most 100 of those long done: after a quiet hour there may be millions, and this is one step.
local old = redis.call('ZRANGE', done, '-inf', now - remember, 'BYSCORE', 'LIMIT', 0, 100)
if #old > 0 then redis.call('ZREM', done, unpack(old)) end
redis.call('PEXPIRE', done, remember)
return 1
