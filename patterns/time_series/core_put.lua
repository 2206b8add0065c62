-- core_put(keys=[samples, buckets], args=[at, value, now, bucket, keep, keep_buckets, ahead]) -> outcome
-- One script, so that a sample is judged by what is there when it is added, and is in its bucket in the same step.
local samples, buckets, at, value = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
local now, bucket, keep = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local same = redis.call('ZRANGE', samples, at, at, 'BYSCORE')[1]
if same then return same:match(' (.*)') == value and 'known' or 'another' end
local newest = tonumber(redis.call('ZRANGE', samples, 0, 0, 'REV', 'WITHSCORES')[2])
local start = at - at % bucket
if newest and start < newest - keep then return 'too late' end
if at > now + tonumber(ARGV[7]) then return 'ahead' end

local field, number = string.format('%.0f', start), tonumber(value)
local count, total, low, high = 0, 0, number, number
local known = redis.call('HGET', buckets, field)
if not known then -- perhaps a closed bucket that has outlived its `keep`: its samples say what was in it
  for _, member in ipairs(redis.call('ZRANGE', samples, start, start + bucket - 1, 'BYSCORE')) do
    local other = tonumber(member:match(' (.*)'))
    count, total, low, high = count + 1, total + other, math.min(low, other), math.max(high, other)
  end
else
  local one, two, three, four = known:match('(%S+) (%S+) (%S+) (%S+)')
  count, total, low, high = tonumber(one), tonumber(two), tonumber(three), tonumber(four)
end
low, high = math.min(low, number), math.max(high, number)
redis.call('HSET', buckets, field, string.format('%.0f %.17g %.17g %.17g', count + 1, total + number, low, high))
redis.call('PEXPIRE', buckets, ARGV[6])
redis.call('ZADD', samples, at, string.format('%.0f ', at) .. value)
redis.call('ZREMRANGEBYSCORE', samples, '-inf', string.format('(%.0f', math.max(newest or at, at) - keep))
redis.call('PEXPIRE', samples, ARGV[6]) -- so they never go before their buckets, and a retry always meets itself
return 'added'
