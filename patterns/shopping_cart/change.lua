-- change(keys=[cart, did], args=[sku, by, keep, remember, most_pieces, most_lines]) -> pieces now, nil: no room, 'another': id used
-- One script, because between a look at the line and the change of it another tab can change it too.
local cart, did = KEYS[1], KEYS[2]
local sku, by, keep, remember = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local change = by .. ' ' .. sku
local done = redis.call('HMGET', did, 'change', 'now')
if done[1] then return done[1] == change and tonumber(done[2]) or 'another' end

local had = tonumber(redis.call('HGET', cart, sku) or 0)
if had == 0 and by > 0 and redis.call('HLEN', cart) >= tonumber(ARGV[6]) then return false end
local now = math.max(0, math.min(had + by, tonumber(ARGV[5])))

redis.call('HSET', did, 'change', change, 'now', now)
redis.call('EXPIRE', did, remember)
if now == 0 then redis.call('HDEL', cart, sku) else redis.call('HSET', cart, sku, now) end
redis.call('EXPIRE', cart, keep)
return now
