-- due(keys=[due, running], args=[now, limit]) -> {id, ...}
-- One script, so that "due" is what the server's clock says, and no job is seen twice or missed on its way to a worker.
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local limit, found = tonumber(ARGV[2]), {}
for _, key in ipairs({KEYS[2], KEYS[1]}) do
  for _, id in ipairs(redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit - #found)) do
    found[#found + 1] = id
  end
end
return found
