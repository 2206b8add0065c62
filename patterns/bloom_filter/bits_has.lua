-- bits_has(keys=[filter], args=[first, second]) -> 1 perhaps, 0 never, or nil: there is no filter
-- One script, because how many bits to look at is written in the filter, which could be swapped after a look.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then return false end
-- Not BITFIELD, which is a write to Redis even when it only reads: a full one refuses it.
local head = redis.call('GETRANGE', key, 0, 15)
if #head < 16 then redis.call('HLEN', key) end -- WRONGTYPE
local function u32(at)
  local a, b, c, d = head:byte(at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end
local hashes, bits = u32(9), u32(13)
if redis.call('STRLEN', key) ~= 16 + math.ceil(bits / 8) then redis.call('HLEN', key) end
local at, step = tonumber(ARGV[1]) % bits, tonumber(ARGV[2]) % bits
for i = 1, hashes do
  if redis.call('GETBIT', key, 128 + at) == 0 then return 0 end
  at, step = (at + step) % bits, (step + i) % bits
end
return 1
