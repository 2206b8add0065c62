-- put(keys=[samples, count, total, low, high], args=[at, value, now, bucket, keep, keep_buckets, ahead]) -> outcome
-- One script, so that a sample is judged by what is there when it is added, and no series stands without its rules.
local samples, at, value = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local now, bucket, keep = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The module answers with a status in place of a number: {ok = '1.5'}.
local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local known = redis.call('EXISTS', samples) == 1
if known then
  local same = redis.call('TS.RANGE', samples, at, at)[1]
  if same then return number(same[2]) == tonumber(value) and 'known' or 'another' end
  -- The module makes a closed bucket anew from the samples it still has. So it must have all of them.
  local newest = redis.call('TS.GET', samples)[1]
  if newest and at - at % bucket < newest - keep then return 'too late' end
end
if at > now + tonumber(ARGV[7]) then return 'ahead' end

if redis.call('EXISTS', unpack(KEYS)) < #KEYS then
  -- FIRST, so that somebody who writes past this script cannot undo a sample with a retry that comes late.
  if not known then redis.call('TS.CREATE', samples, 'RETENTION', keep, 'DUPLICATE_POLICY', 'FIRST') end
  for i, aggregate in ipairs({'count', 'sum', 'min', 'max'}) do
    local there = redis.call('EXISTS', KEYS[i + 1]) == 1
    if not there then redis.call('TS.CREATE', KEYS[i + 1], 'RETENTION', ARGV[6]) end
    if not (known and there) then
      redis.call('TS.CREATERULE', samples, KEYS[i + 1], 'AGGREGATION', aggregate, bucket)
    end
  end
end
redis.call('TS.ADD', samples, at, value)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[6]) end
return 'added'
