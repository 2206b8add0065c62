-- walk(keys=[edges], args=[direction, start, most, steps]) -> {skill, next, skill, next, ...}, or nil: too many
-- One script, because a walk of one round trip for each skill would see a graph that changes under its feet.
local edges, direction, most, steps = KEYS[1], ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local waiting, depth, at, walked = {ARGV[2]}, {[ARGV[2]] = 0}, 1, {}
while waiting[at] and depth[waiting[at]] < steps do
  local one = waiting[at]
  local from = direction .. '\0' .. one .. '\0'
  local found = redis.call('ZRANGE', edges, '[' .. from, '(' .. from:sub(1, -2) .. '\1', 'BYLEX', 'LIMIT', 0, most + 1)
  if #walked / 2 + #found > most then return false end
  for _, member in ipairs(found) do
    local other = member:sub(#from + 1)
    walked[#walked + 1], walked[#walked + 2] = one, other
    if not depth[other] then
      depth[other] = depth[one] + 1
      waiting[#waiting + 1] = other
    end
  end
  at = at + 1
end
return walked
