-- add(keys=[filter, coming, rebuild], args=[item]) -> 'first', 'seen', 'missing' or 'full'
-- One script, because what is added while the next filter is built must be in both, or the swap would forget it.
local filter, coming, rebuild, item = KEYS[1], KEYS[2], KEYS[3], ARGV[1]

local function full(key)
  if redis.call('BF.EXISTS', key, item) == 1 then return false end
  return redis.call('BF.CARD', key) >= redis.call('BF.INFO', key, 'CAPACITY')[1]
end

local known = redis.call('EXISTS', filter) == 1
local refused = known and full(filter)
if redis.call('EXISTS', coming) == 1 then
  if full(coming) then
    redis.call('UNLINK', coming, rebuild) -- it could not be complete, so it must not be swapped in
  else
    redis.call('BF.ADD', coming, item)
  end
end
if not known then return 'missing' end
if refused then return 'full' end
return redis.call('BF.ADD', filter, item) == 1 and 'first' or 'seen'
