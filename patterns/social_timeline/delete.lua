-- delete(keys=[post, posts, fanout], args=[post_id, keep]) -> 1 deleted, 0 there was none
-- One script, so that nobody brings a post on its way that is gone. Its place stays: sent again, it is not new.
local post, posts, fanout = unpack(KEYS)
if redis.call('HDEL', post, 'text') == 0 then return 0 end
redis.call('EXPIRE', post, ARGV[2])
redis.call('ZREM', posts, redis.call('HGET', post, 'place'))
redis.call('HDEL', fanout, ARGV[1])
return 1
