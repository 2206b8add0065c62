-- require(keys=[skills, edges], args=[skill, prerequisite, most]) -> 'required', 'unknown', 'circle' or 'too large'
-- One script, because between a look for the circle and the edge another client could draw the edge that closes it.
local skills, edges, skill, prerequisite, most = KEYS[1], KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3])
if redis.call('SISMEMBER', skills, skill) == 0 then return 'unknown' end
if redis.call('SISMEMBER', skills, prerequisite) == 0 then return 'unknown' end
local needs, opens = 'needs\0' .. skill .. '\0' .. prerequisite, 'opens\0' .. prerequisite .. '\0' .. skill
if redis.call('ZSCORE', edges, needs) then return 'required' end

-- Would it close a circle? Then the skill is among what the prerequisite needs.
local waiting, seen, at, walked = {prerequisite}, {[prerequisite] = true}, 1, 0
while waiting[at] do
  if waiting[at] == skill then return 'circle' end
  local from = 'needs\0' .. waiting[at] .. '\0'
  local found = redis.call('ZRANGE', edges, '[' .. from, '(' .. from:sub(1, -2) .. '\1', 'BYLEX', 'LIMIT', 0, most + 1)
  walked = walked + #found
  if walked > most then return 'too large' end
  for _, member in ipairs(found) do
    local other = member:sub(#from + 1)
    if not seen[other] then
      seen[other] = true
      waiting[#waiting + 1] = other
    end
  end
  at = at + 1
end

redis.call('ZADD', edges, 0, needs, 0, opens)
return 'required'
