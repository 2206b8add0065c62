-- add_points(keys=[board, seen], args=[player, points, event, places, largest, keep, remember]) -> {outcome, total}
-- One script, so that an event counts once however often it is sent, and nobody adds to a total that has moved on.
-- It reads and refuses before it writes: Redis does not undo the first half of a script that fails in the second.
local board, seen = KEYS[1], KEYS[2]
local player, points, event = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local places, largest = tonumber(ARGV[4]), tonumber(ARGV[5])
local keep, remember = ARGV[6], ARGV[7]

local score = tonumber(redis.call('ZSCORE', board, player))
local total = score and math.floor(score / places) or 0

local counted = redis.call('GET', seen)
if counted == event then return {'counted before', total} end
if counted then return {'another event', total} end
if total + points < 0 then return {'below zero', total} end
if total + points > largest then return {'too large', total} end

if points ~= 0 or not score then
  total = total + points
  -- The best free place at a total is just below the last player who reached it.
  local best, worst = total * places + places - 1, total * places
  local last = redis.call('ZRANGE', board, worst, best, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')[2]
  local place = last and math.max(worst, last - 1) or best
  redis.call('ZADD', board, place, player)
end
redis.call('SET', seen, event, 'EX', remember)
if keep ~= '' then redis.call('EXPIRE', board, keep) end
return {'added', total}
