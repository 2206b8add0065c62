-- put(keys=[doc, docs, base], args=[id, index, title, body, pairs, word, weight, ..., tag, ...]) -> 1 there was one before, 0 there was none
-- One script, so that a document is found by the words it has, at every moment. An empty index takes it away.
-- The words that it had are known only here, so their keys are made here: base gives them the slot of the others.
local doc, docs, base, id, index = KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2]

local before = redis.call('HGET', doc, 'index')
redis.call('SCARD', docs)  -- a key of another type stops the script here, while nothing is written
if before then
  local old = cjson.decode(before)
  for word in pairs(old.words) do redis.call('ZREM', base .. ':word:' .. word, id) end
  for _, tag in ipairs(old.tags) do redis.call('SREM', base .. ':tag:' .. tag, id) end
end
if index == '' then
  redis.call('DEL', doc)
  redis.call('SREM', docs, id)
else
  redis.call('HSET', doc, 'index', index, 'title', ARGV[3], 'body', ARGV[4])
  redis.call('SADD', docs, id)
  local last = 5 + ARGV[5]
  for i = 6, last, 2 do redis.call('ZADD', base .. ':word:' .. ARGV[i], ARGV[i + 1], id) end
  for i = last + 1, #ARGV do redis.call('SADD', base .. ':tag:' .. ARGV[i], id) end
end
return before and 1 or 0
