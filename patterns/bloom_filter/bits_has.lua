-- bits_has(keys=[filter], args=[first, second]) -> 1 perhaps, 0 never, or nil: there is no filter
-- One script, because how many bits to look at is written in the filter, which could be swapped after a look.
local key, u = KEYS[1], 'u32'
if redis.call('EXISTS', key) == 0 then return false end
local hashes, bits = unpack(redis.call('BITFIELD', key, 'GET', u, '#2', 'GET', u, '#3'))
if redis.call('STRLEN', key) ~= 16 + math.ceil(bits / 8) then redis.call('HLEN', key) end -- WRONGTYPE
local at, step = tonumber(ARGV[1]) % bits, tonumber(ARGV[2]) % bits
for i = 1, hashes do
  if redis.call('GETBIT', key, 128 + at) == 0 then return 0 end
  at, step = (at + step) % bits, (step + i) % bits
end
return 1
