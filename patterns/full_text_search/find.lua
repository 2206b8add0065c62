-- find(keys=[docs, word, ..., tag], args=[doc_prefix, words, offset, count]) -> {total, {id, score, title, body}, ...}, or nil: too common
-- One script, so that hits and documents are of one moment. It walks the rarest word and asks the others: the cost
-- is that of the rarest, and it is bounded, because nobody else is served meanwhile.
local MOST = 10000
local words, offset, count = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local tag = KEYS[words + 2]

local documents, rarest, weight_of = redis.call('SCARD', KEYS[1]), nil, {}
for i = 2, words + 1 do
  local having = redis.call('ZCARD', KEYS[i])
  if having == 0 then return {0} end
  weight_of[i] = math.log(1 + (documents - having + 0.5) / (having + 0.5))
  if not rarest or having < redis.call('ZCARD', KEYS[rarest]) then rarest = i end
end
if redis.call('ZCARD', KEYS[rarest]) > MOST then return false end

local hits = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[rarest], 0, -1)) do
  local score = (not tag or redis.call('SISMEMBER', tag, id) == 1) and 0
  for i = 2, words + 1 do
    local weight = score and tonumber(redis.call('ZSCORE', KEYS[i], id) or nil)
    score = weight and score + weight_of[i] * weight * 2.2 / (weight + 1.2)
  end
  if score then hits[#hits + 1] = {id, score} end
end
table.sort(hits, function(a, b)
  if a[2] ~= b[2] then return a[2] > b[2] end
  return a[1] < b[1]
end)

local reply = {#hits}
for i = offset + 1, math.min(offset + count, #hits) do
  local found = redis.call('HMGET', ARGV[1] .. hits[i][1], 'title', 'body')
  reply[#reply + 1] = {hits[i][1], string.format('%.6f', hits[i][2]), found[1], found[2]}
end
return reply
