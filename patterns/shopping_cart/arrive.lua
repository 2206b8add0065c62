-- arrive(keys=[cart, did], args=[keep, remember, most_pieces, most_lines, sku, pieces, sku, pieces, ...]) -> lines added
-- One script, so that lines and mark are written together: a merge that is repeated finds the mark and adds nothing.
local cart, did = KEYS[1], KEYS[2]
local keep, remember = ARGV[1], ARGV[2]
local most_pieces, most_lines = tonumber(ARGV[3]), tonumber(ARGV[4])

local done = redis.call('HGET', did, 'now')
if done then return tonumber(done) end

local room, wanted, added = most_lines - redis.call('HLEN', cart), {}, 0
for i = 5, #ARGV, 2 do
  local had = redis.call('HGET', cart, ARGV[i])
  if had or room > 0 then
    if not had then room = room - 1 end
    wanted[#wanted + 1] = ARGV[i]
    wanted[#wanted + 1] = math.min(tonumber(had or 0) + tonumber(ARGV[i + 1]), most_pieces)
    added = added + 1
  end
end
for i = 1, #wanted, 2 do redis.call('HSET', cart, wanted[i], wanted[i + 1]) end
redis.call('HSET', did, 'change', 'merge', 'now', added)
redis.call('EXPIRE', did, remember)
if redis.call('EXISTS', cart) == 1 then redis.call('EXPIRE', cart, keep) end
return added
