-- store(keys=[post, posts, fanout], args=[place, post_id, text, pulled, cap, keep]) -> 1 stored, 0 stored before
-- One script, so that the post and the duty to bring it to its followers begin together, and only once.
local post, posts, fanout = unpack(KEYS)
local place, post_id, text, pulled, cap, keep = unpack(ARGV)
if redis.call('HEXISTS', post, 'place') == 1 then return 0 end

redis.call('HSET', post, 'place', place, 'text', text)
redis.call('EXPIRE', post, keep)
redis.call('ZADD', posts, 0, place)
redis.call('ZREMRANGEBYRANK', posts, 0, -1 - cap)
redis.call('EXPIRE', posts, keep)
if pulled == '' then
  redis.call('HSET', fanout, post_id, '')
  redis.call('EXPIRE', fanout, keep)
end
return 1
