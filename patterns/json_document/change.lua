-- change(keys=[document], args=[how, path, parent, last_step, value, expected, now, keep]) -> {outcome, answer}
-- One script, so that nothing comes between the look at what is there, the change of the leaf and the new version.
-- It reads and refuses before it writes: Redis does not undo the first half of a script that fails in the second.
local key, how, path, parent, last_step, value = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local expected, now, keep = ARGV[6], ARGV[7], ARGV[8]

local function only(reply) -- a path with $ has a list of answers, and ours can have but one
  while type(reply) == 'table' do reply = reply[1] end
  return reply
end

local found = redis.call('JSON.GET', key, '$.version')
if not found then return {'no document', ''} end
local version = found:sub(3, -3)

if version ~= now then -- otherwise this very change was made, and is sent again because its reply was lost
  if expected ~= '' and expected ~= version then return {'conflict', ''} end
  local kind = only(redis.call('JSON.TYPE', key, path))
  local fits
  if how == 'increment' then
    fits = kind == 'integer' or kind == 'number'
    fits = fits and math.abs(tonumber(redis.call('JSON.GET', key, path):sub(2, -2)) + value) < 2 ^ 53
  elseif how == 'append' then
    fits = kind == 'array'
  else
    local holder = only(redis.call('JSON.TYPE', key, parent))
    fits = holder == 'object' and last_step == 'key' or holder == 'array' and last_step == 'position' and kind
  end
  if not fits then return {'does not fit', ''} end

  if how == 'increment' then redis.call('JSON.NUMINCRBY', key, path, value) end
  if how == 'append' then redis.call('JSON.ARRAPPEND', key, path, value) end
  if how == 'set' then redis.call('JSON.SET', key, path, value) end
  redis.call('JSON.SET', key, '$.version', '"' .. now .. '"')
  redis.call('EXPIRE', key, keep)
end
if how == 'increment' then return {'changed', redis.call('JSON.GET', key, path)} end
if how == 'append' then return {'changed', only(redis.call('JSON.ARRLEN', key, path))} end
return {'changed', ''}
