-- bits_look(keys=[filter], args=[]) -> {items, capacity}, or nil: there is no filter
-- One script, because a missing string reads as zeros, and it could go between a look and the question.
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
-- Not BITFIELD, which is a write to Redis even when it only reads: a full one refuses it.
local head = redis.call('GETRANGE', KEYS[1], 0, 15)
if #head < 16 then redis.call('HLEN', KEYS[1]) end -- WRONGTYPE
local function u32(at)
  local a, b, c, d = head:byte(at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end
return {u32(1), u32(5)}
