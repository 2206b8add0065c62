-- finish(keys=[stream, target], args=[group, id, how, ...]) -> 1 finished now, 0 finished before
-- One script, so that a message ends once and takes its effect with it: the pending entry is the marker of what is
-- not done yet, and whoever comes second finds none.
local stream, target, group, id, how = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]
local pending = redis.call('XPENDING', stream, group, id, id, 1)[1]
if not pending then return 0 end

if how == 'effect' then
  redis.call(ARGV[4], target, unpack(ARGV, 5))
elseif how == 'bury' then
  local letter = {'XADD', target, 'MAXLEN', '~', ARGV[4], '*', 'of', id, 'deliveries', pending[4]}
  local entry = redis.call('XRANGE', stream, id, id)[1]
  for i, part in ipairs(entry and entry[2] or {}) do
    letter[#letter + 1] = i % 2 == 1 and 'body:' .. part or part
  end
  redis.call(unpack(letter))
end
redis.call('XACK', stream, group, id)

-- Another group on this stream may still need the message. From Redis 8.2 on, XACKDEL with ACKED knows that itself.
local function later(one, other)
  local ms, seq = one:match('(%d+)-(%d+)')
  local other_ms, other_seq = other:match('(%d+)-(%d+)')
  if ms ~= other_ms then return tonumber(ms) > tonumber(other_ms) end
  return tonumber(seq) > tonumber(other_seq)
end
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local other = {}
  for i = 1, #flat, 2 do other[flat[i]] = flat[i + 1] end
  if later(id, other['last-delivered-id']) then return 1 end
  if redis.call('XPENDING', stream, other.name, id, id, 1)[1] then return 1 end
end
redis.call('XDEL', stream, id)
return 1
