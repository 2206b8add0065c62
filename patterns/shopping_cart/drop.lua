-- drop(keys=[cart, did], args=[sku, keep, remember]) -> 1 dropped, 0 nothing there, 'another': id used. An empty sku is all.
-- One script, so that a request that is sent again finds its mark, and does not take what was put in since.
local cart, did, sku, keep, remember = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]

local change = sku == '' and 'clear' or 'remove ' .. sku
local done = redis.call('HMGET', did, 'change', 'now')
if done[1] then return done[1] == change and tonumber(done[2]) or 'another' end

local dropped = sku == '' and redis.call('UNLINK', cart) or redis.call('HDEL', cart, sku)
redis.call('HSET', did, 'change', change, 'now', dropped)
redis.call('EXPIRE', did, remember)
redis.call('EXPIRE', cart, keep)
return dropped
