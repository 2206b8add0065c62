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
redis.call('ZREMRANGEBYSCORE', done, '-inf', now - remember)
redis.call('PEXPIRE', done, remember)
return 1
