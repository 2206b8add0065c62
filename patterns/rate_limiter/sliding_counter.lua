-- sliding_counter(keys=[counts], args=[limit, window, now]) -> {1 admitted or 0, remaining, reset ms, retry ms}
-- One script, because two clients that had read the same counts would both take the last place.
local counts, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', counts, 'start', 'previous', 'current')
local began, previous, current = tonumber(held[1]) or 0, tonumber(held[2]) or 0, tonumber(held[3]) or 0
local start = math.max(began, now - now % window)
if began < start then
  previous, current = began + window >= start and current or 0, 0
end

-- The sliding window covers all of this window and what is left of the one before. Everything is counted in
-- parts, `window` to a request, so that all sums are whole numbers and no rounding lets one in too early.
local passed = math.max(0, now - start)
local used = previous * (window - passed) + current * window
local admitted = used + window <= limit * window
if admitted then
  current, used = current + 1, used + window
  redis.call('HSET', counts, 'start', start, 'previous', previous, 'current', current)
  redis.call('PEXPIRE', counts, 2 * window - passed)
end

local retry = 0
if not admitted and current < limit then
  -- Enough of the window before has to slide out of sight.
  retry = window - math.floor((limit - 1 - current) * window / previous) - passed
elseif not admitted then
  -- This window is full. In the next one it is the window before, and has to slide out of sight there.
  retry = 2 * window - math.floor((limit - 1) * window / current) - passed
end
local reset = (current > 0 and 2 or 1) * window - passed
return {admitted and 1 or 0, math.max(0, math.floor((limit * window - used) / window)), reset, retry}
