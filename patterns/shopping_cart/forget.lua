-- forget(keys=[leaving, merge], args=[merge_id]) -> 1 forgotten, 0 another merge is under way
-- One script, because between a look at the id and the UNLINK another merge can have begun.
if redis.call('HGET', KEYS[2], 'id') ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2])
return 1
