-- take(keys=[bucket], args=[burst, limit, window, cost, patience, now]) -> {1 taken or 0, tokens left, wait ms}
-- One script, because two clients that had read the same bucket would both take its last token.
local bucket, burst, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cost, patience = tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = tonumber(ARGV[6]) or time[1] * 1000 + math.floor(time[2] / 1000)

-- A token has `window` parts, and a millisecond brings `limit` of them: all sums are whole numbers, so that
-- nothing is ever lost or won by rounding. A bucket that is not there is full.
local full = burst * window
local parts = full
local held = redis.call('HMGET', bucket, 'parts', 'at')
if held[1] then
  now = math.max(now, held[2]) -- for a bucket, time does not run backwards
  parts = math.min(full, held[1] + (now - held[2]) * limit)
end

local left = parts - cost * window
local wait = math.max(0, math.ceil(-left / limit))
local taken = wait <= patience
if taken then
  parts = left
  redis.call('HSET', bucket, 'parts', parts, 'at', now)
  redis.call('PEXPIRE', bucket, math.ceil((full - parts) / limit)) -- by then it is full, and need not be there
end
return {taken and 1 or 0, math.max(0, math.floor(parts / window)), wait}
