-- abandon(keys=[coming, rebuild], args=[token]) -> 1 abandoned, 0 it was another's or had ended
-- One script, because between a look at the token and the UNLINK another rebuild can have begun.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2])
return 1
