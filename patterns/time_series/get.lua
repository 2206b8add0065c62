-- get(keys=[samples], args=[from, to, count]) -> {at, value, at, value, ...}
-- One script, because TS.RANGE fails where there is no series, and after a look there may be none any more.
-- The module answers with a status in place of a number: {ok = '1.5'}.
local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local flat = {}
if redis.call('EXISTS', KEYS[1]) == 0 then return flat end
for _, sample in ipairs(redis.call('TS.RANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])) do
  flat[#flat + 1] = sample[1]
  flat[#flat + 1] = string.format('%.17g', number(sample[2]))
end
return flat
