-- look(keys=[entry, lease], args=[now, token, lease_ms, eagerness, stale_ms]) -> {"hit" | "old" | "refresh" | "load" | "wait", value or nil}
-- One script, so that of all who miss at one moment exactly one is told to load, and nobody needs a second trip to ask.
local entry, lease = KEYS[1], KEYS[2]
local token, lease_ms, eagerness, stale_ms = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

-- No value with a date is a row known to be absent; a version without a date is the grave of an old copy.
local copy = redis.call('HMGET', entry, 'value', 'fresh_until', 'cost')
local value, fresh_until, cost = copy[1], tonumber(copy[2]), tonumber(copy[3])
if value and now >= fresh_until + stale_ms then value = false end -- too old to serve; only its version still counts

-- XFetch: the dearer the load was and the nearer the end, the likelier that this reader renews the copy early.
local early = value and cost and cost * eagerness or 0
if fresh_until and now + early < fresh_until then return {'hit', value} end

if redis.call('SET', lease, token, 'NX', 'PX', lease_ms) or redis.call('GET', lease) == token then
  return {value and 'refresh' or 'load', value}
end
return {value and 'old' or 'wait', value}
