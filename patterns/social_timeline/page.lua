-- page(keys=[fanout, followers, post], args=[post_id, batch]) -> {place, cursor, follower, ...}, or nil when there is nothing to do
-- One script, so that the page begins where the cursor stands. Followers are in the order of their names, so a page
-- can be asked for again and misses nobody; SMEMBERS of a celebrity would stop the server.
local fanout, followers, post = unpack(KEYS)
local post_id, batch = ARGV[1], ARGV[2]
local cursor = redis.call('HGET', fanout, post_id)
if not cursor then return false end
if redis.call('HEXISTS', post, 'text') == 0 then -- deleted meanwhile
  redis.call('HDEL', fanout, post_id)
  return false
end
local from = cursor == '' and '-' or '(' .. cursor
local page = redis.call('ZRANGE', followers, from, '+', 'BYLEX', 'LIMIT', 0, batch)
return {redis.call('HGET', post, 'place'), cursor, unpack(page)}
