-- bits_add(keys=[filter, coming, rebuild], args=[first, second]) -> 'first', 'seen', 'missing' or 'full'
-- One script, so that of two callers who add an item one finds a bit unset, and what is added meanwhile is in both.
local filter, coming, rebuild = KEYS[1], KEYS[2], KEYS[3]
local first, second = tonumber(ARGV[1]), tonumber(ARGV[2])

-- The bits of this item that are not set yet, how many items there are, and how many there may be.
local function look(key)
  local u = 'u32'
  local items, capacity, hashes, bits =
    unpack(redis.call('BITFIELD', key, 'GET', u, '#0', 'GET', u, '#1', 'GET', u, '#2', 'GET', u, '#3'))
  if redis.call('STRLEN', key) ~= 16 + math.ceil(bits / 8) then redis.call('HLEN', key) end -- WRONGTYPE
  local unset, at, step = {}, first % bits, second % bits
  for i = 1, hashes do
    if redis.call('GETBIT', key, 128 + at) == 0 then unset[#unset + 1] = 128 + at end
    at, step = (at + step) % bits, (step + i) % bits
  end
  return unset, items, capacity
end

local function put(key, unset, items)
  for _, bit in ipairs(unset) do redis.call('SETBIT', key, bit, 1) end
  if #unset > 0 then redis.call('BITFIELD', key, 'SET', 'u32', '#0', items + 1) end
end

local known = redis.call('EXISTS', filter) == 1
local unset, items, capacity
if known then unset, items, capacity = look(filter) end
if redis.call('EXISTS', coming) == 1 then
  local missing, held, room = look(coming)
  if #missing > 0 and held >= room then
    redis.call('UNLINK', coming, rebuild) -- it could not be complete, so it must not be swapped in
  else
    put(coming, missing, held)
  end
end
if not known then return 'missing' end
if #unset == 0 then return 'seen' end
if items >= capacity then return 'full' end
put(filter, unset, items)
return 'first'
