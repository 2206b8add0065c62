-- schedule(keys=[due, running, payloads, claims, failed, done], args=[now, id, payload, run_at, replace, remember]) -> 1 scheduled, 0 known
-- One script, so that one id is one job: whoever sends it again finds it, be it waiting, running, failed or done.
local due, running, payloads, claims, failed, done = unpack(KEYS)
local id, payload, run_at, replace, remember = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

if replace == '' then
  if redis.call('HEXISTS', payloads, id) == 1 then return 0 end
  local finished = tonumber(redis.call('ZSCORE', done, id))
  if finished and finished > now - remember then return 0 end
end
redis.call('ZADD', due, run_at, id)
redis.call('HSET', payloads, id, payload)
-- Without its claim a job that is running has nobody who may complete it.
redis.call('HDEL', claims, id)
for _, key in ipairs({running, failed, done}) do redis.call('ZREM', key, id) end
return 1
