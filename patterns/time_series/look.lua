-- look(keys=[count, total, low, high], args=[from, to]) -> {{at, count, total, low, high}, ...}
-- One script, so that the four numbers of a bucket are of the same moment. LATEST adds the bucket that is still open.
-- The module answers with a status in place of a number: {ok = '1.5'}.
local function number(value) return tonumber(type(value) == 'table' and value.ok or value) end

local rows = {}
if redis.call('EXISTS', unpack(KEYS)) < #KEYS then return rows end
for i, key in ipairs(KEYS) do
  for place, sample in ipairs(redis.call('TS.RANGE', key, ARGV[1], ARGV[2], 'LATEST')) do
    if i == 1 then rows[place] = {sample[1]} end
    rows[place][i + 1] = string.format('%.17g', number(sample[2]))
  end
end
return rows
