-- claim(keys=[stream], args=[group, consumer, min_idle_ms, start, most]) -> {next start, id, deliveries, fields}, or nil
-- One script, so that the count that decides over a message's fate is the one of this claim, and no other client's.
-- Fields are nil for a message that has been handed out too often: it is buried unread, whatever is in it.
local stream, group, consumer, idle, start = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
repeat
  -- Looks at ten pending entries at most, and drops those whose message has been deleted.
  local reply = redis.call('XAUTOCLAIM', stream, group, consumer, idle, start, 'COUNT', 1)
  start = reply[1]
  local entry = reply[2][1]
  if entry then
    local deliveries = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)[1][4]
    return {start, entry[1], deliveries, deliveries <= tonumber(ARGV[5]) and entry[2]}
  end
until start == '0-0'
return false
