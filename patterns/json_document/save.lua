-- save(keys=[document], args=[envelope, expected, now, keep]) -> 1 saved, 0 it has another version
-- One script, because between a look at the version and the write another client can have saved.
local key, expected, now = KEYS[1], ARGV[2], ARGV[3]
local found = redis.call('JSON.GET', key, '$.version')
local version = found and found:sub(3, -3) or 'new'
if version == now then return 1 end -- this very save, sent again because its reply was lost
if expected ~= '' and expected ~= version then return 0 end
redis.call('JSON.SET', key, '$', ARGV[1])
redis.call('EXPIRE', key, ARGV[4])
return 1
