-- core_look(keys=[buckets, ...], args=[from, to]) -> {at, 'count total low high', ...}, in no order
-- One script, so that all buckets are of the same moment, and that hashes which are not asked for do not travel.
local first, last, found = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for _, key in ipairs(KEYS) do
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local at = tonumber(flat[i])
    if at >= first and at <= last then
      found[#found + 1] = flat[i]
      found[#found + 1] = flat[i + 1]
    end
  end
end
return found
