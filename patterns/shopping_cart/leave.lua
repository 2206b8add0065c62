-- leave(keys=[guest, leaving, merge], args=[merge_id, user, keep]) -> {merge_id, sku, pieces, ...}, or nil: nothing for this user
-- One script, so that the lines are in the guest's cart or on their way, never in both. What an earlier try left
-- on its way goes first, under its old id; what the guest has added since waits for the next merge.
local guest, leaving, merge = KEYS[1], KEYS[2], KEYS[3]
local under_way = redis.call('HMGET', merge, 'id', 'user')
if under_way[1] and under_way[2] ~= ARGV[2] then return false end

local id = under_way[1]
if not id then
  if redis.call('HLEN', guest) == 0 then return false end
  id = ARGV[1]
  redis.call('HSET', merge, 'id', id, 'user', ARGV[2]) -- first: where a full Redis refuses it, the lines stay
  redis.call('RENAME', guest, leaving)
  redis.call('EXPIRE', leaving, ARGV[3])
  redis.call('EXPIRE', merge, ARGV[3])
end
local lines = redis.call('HGETALL', leaving)
table.insert(lines, 1, id)
return lines
