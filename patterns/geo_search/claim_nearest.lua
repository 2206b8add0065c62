-- claim_nearest(keys=[positions, seen, claims, riders, rides], args=[now, longitude, latitude, radius, rider, fresh, lease, keep]) -> driver, or nil
-- One script, because a search is not a claim: a driver who was free when we looked may be taken when we write.
local positions, seen, claims, riders, rides = unpack(KEYS)
local longitude, latitude, radius, rider = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local fresh, lease, keep = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

local function holds(driver)
  local deadline = tonumber(redis.call('ZSCORE', claims, driver))
  return deadline and deadline > now
end

local function free(driver)
  local before = redis.call('HGET', riders, driver)
  if before then redis.call('HDEL', rides, before) end
  redis.call('HDEL', riders, driver)
  redis.call('ZREM', claims, driver)
end

-- Claims that ran out give their drivers back, up to 100 in a call.
local over = redis.call('ZRANGE', claims, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100)
for _, driver in ipairs(over) do free(driver) end

-- A rider who asks again, perhaps because the reply was lost, has one driver and not two.
local mine = redis.call('HGET', rides, rider)
if mine and holds(mine) then return mine end
if mine then free(mine) end

local limit = 10
while true do
  local found = redis.call('GEOSEARCH', positions, 'FROMLONLAT', longitude, latitude, 'BYRADIUS', radius, 'm',
    'ASC', 'COUNT', limit)
  for _, driver in ipairs(found) do -- from the first again: with another COUNT, equal distances change their order
    local last = tonumber(redis.call('ZSCORE', seen, driver))
    if last and last > now - fresh and not holds(driver) then
      free(driver)
      redis.call('ZADD', claims, now + lease, driver)
      redis.call('HSET', riders, driver, rider)
      redis.call('HSET', rides, rider, driver)
      for _, key in ipairs({claims, riders, rides}) do redis.call('PEXPIRE', key, keep) end
      return driver
    end
  end
  if #found < limit then return false end
  limit = limit * 4
end
