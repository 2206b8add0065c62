-- fill(keys=[coming, rebuild], args=[token, lease_ms, item, item, ...]) -> 'filled', 'full' or 'lost'
-- One script, so that a client whose rebuild has ended puts nothing into the filter of the next one.
local coming, rebuild, lease = KEYS[1], KEYS[2], ARGV[2]
if redis.call('GET', rebuild) ~= ARGV[1] or redis.call('EXISTS', coming) == 0 then return 'lost' end
local capacity = redis.call('BF.INFO', coming, 'CAPACITY')[1]
for i = 3, #ARGV do
  if redis.call('BF.CARD', coming) >= capacity and redis.call('BF.EXISTS', coming, ARGV[i]) == 0 then
    return 'full'
  end
  redis.call('BF.ADD', coming, ARGV[i])
end
redis.call('PEXPIRE', coming, lease)
redis.call('PEXPIRE', rebuild, lease)
return 'filled'
