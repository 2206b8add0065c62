-- nearby(keys=[positions, seen], args=[now, longitude, latitude, radius, count, fresh]) -> {{driver, metres, {longitude, latitude}}, ...}
-- One script, because position and age are two keys, and a driver can fall silent between two reads.
local positions, seen = KEYS[1], KEYS[2]
local longitude, latitude, radius = ARGV[2], ARGV[3], ARGV[4]
local count, fresh = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)

-- Silent drivers take up places, so a search that came out short is made again, four times as long.
local limit, near = count, {}
while true do
  local found = redis.call('GEOSEARCH', positions, 'FROMLONLAT', longitude, latitude, 'BYRADIUS', radius, 'm',
    'ASC', 'COUNT', limit, 'WITHDIST', 'WITHCOORD')
  near = {}
  for _, each in ipairs(found) do
    local last = tonumber(redis.call('ZSCORE', seen, each[1]))
    if last and last > now - fresh and #near < count then near[#near + 1] = each end
  end
  if #near == count or #found < limit then return near end
  limit = limit * 4
end
