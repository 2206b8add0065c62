-- bits_fill(keys=[coming, rebuild], args=[token, lease_ms, first, second, ...]) -> 'filled', 'full' or 'lost'
-- One script, so that a client whose rebuild has ended puts nothing into the filter of the next one.
local coming, rebuild, lease, u = KEYS[1], KEYS[2], ARGV[2], 'u32'
if redis.call('GET', rebuild) ~= ARGV[1] or redis.call('EXISTS', coming) == 0 then return 'lost' end
local items, capacity, hashes, bits =
  unpack(redis.call('BITFIELD', coming, 'GET', u, '#0', 'GET', u, '#1', 'GET', u, '#2', 'GET', u, '#3'))
for i = 3, #ARGV, 2 do
  local at, step, new = tonumber(ARGV[i]) % bits, tonumber(ARGV[i + 1]) % bits, 0
  for j = 1, hashes do
    -- SETBIT says what the bit was. In a filter that turns out full, bits too many do no harm: it is thrown away.
    if redis.call('SETBIT', coming, 128 + at, 1) == 0 then new = 1 end
    at, step = (at + step) % bits, (step + j) % bits
  end
  items = items + new
  if items > capacity then return 'full' end
end
redis.call('BITFIELD', coming, 'SET', u, '#0', items)
redis.call('PEXPIRE', coming, lease)
redis.call('PEXPIRE', rebuild, lease)
return 'filled'
