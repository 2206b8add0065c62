-- expire(keys=[], args=[now, fields with a time to live]) -> [what has expired, ...]
-- Deletes every key, and every field of a hash, whose deadline has passed at the virtual time `now`.
local now, fields, gone = tonumber(ARGV[1]), ARGV[2] == '1', {}
local keys = redis.call('KEYS', '*')
table.sort(keys)
for _, key in ipairs(keys) do
  local at = redis.call('PEXPIRETIME', key)
  if at > 0 and at < now then
    redis.call('DEL', key)
    gone[#gone + 1] = key
  elseif fields and redis.call('TYPE', key).ok == 'hash' then
    local names = redis.call('HKEYS', key)
    for first = 1, #names, 5000 do
      local last = math.min(first + 4999, #names)
      local times = redis.call('HPEXPIRETIME', key, 'FIELDS', last - first + 1, unpack(names, first, last))
      for i, e in ipairs(times) do
        if type(e) == 'number' and e > 0 and e < now then
          redis.call('HDEL', key, names[first + i - 1])
          gone[#gone + 1] = key .. ' ' .. names[first + i - 1]
        end
      end
    end
  end
end
return gone
