-- advance(keys=[fanout], args=[post_id, cursor, next]) -> 1 moved, 0 another was faster
-- One script, so that the cursor only moves from where this page began: a slow worker never moves it back.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
