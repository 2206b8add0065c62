-- Stands before every explored script, in front of its first line: commands that tell or set the time see the
-- virtual clock, which comes as the last argument, with how many subscribers each of its messages will reach. The
-- rules are those of virtual_time.py.
local redis, math = (function()
  local real, counts, hidden = redis, {}, '\0keyspace:published'
  for number in string.gmatch(table.remove(ARGV), '%d+') do counts[#counts + 1] = tonumber(number) end
  local now = table.remove(counts, 1)
  local shift = 4102444800000 - 1000000000000
  local whole = function(n) return string.format('%.0f', n) end
  local integer = function(x)   -- as Redis reads one: 2.5, +5 and 05 are its own to refuse
    if type(x) == 'number' then return x % 1 == 0 and math.abs(x) < 2 ^ 53 and x or nil end
    return (x == '0' or string.find(tostring(x), '^%-?[1-9]%d*$')) and tonumber(x) or nil
  end
  local refuse = function(name, why) return function()
    error({err = 'KEYSPACE refuses ' .. name .. ' in a script' .. (why or '')}) end end
  local deadline = function(name, unit) return function(run, a)
    local n = integer(a[3])
    if n and n > 0 then a[1] = name a[3] = whole(now + n * unit) end
    return run(unpack(a)) end end
  local past = function(unit) return function(run, a)
    local n = integer(a[3])
    if n and n * unit <= now then a[3] = '1' end
    return run(unpack(a)) end end
  local options = function(start) return function(run, a)
    for i = start, #a - 1 do
      local word = string.upper(tostring(a[i]))
      if word == 'FIELDS' then break end
      local unit = ({EX = 1000, PX = 1, EXAT = 1000, PXAT = 1})[word]
      if unit then
        local n = integer(a[i + 1])
        if n and n > 0 then
          local at = n * unit
          if #word == 2 then at = at + now end
          if at <= now then at = 1 end
          a[i] = 'PXAT' a[i + 1] = whole(at)
        end
        break
      end
    end
    return run(unpack(a)) end end
  local left = function(name, unit, more)
    local one = function(at)
      if type(at) ~= 'number' or at < 0 then return at end
      return math.floor((at - now + more) / unit)
    end
    return function(run, a)
      a[1] = name
      local reply = run(unpack(a))
      if type(reply) == 'number' then return one(reply) end
      if type(reply) == 'table' and not reply.err then
        for i = 1, #reply do reply[i] = one(reply[i]) end
      end
      return reply
    end
  end
  local setex = function(unit) return function(run, a)
    local n = integer(a[3])
    if n and n > 0 and #a == 4 then return run('SET', a[2], a[4], 'PXAT', whole(now + n * unit)) end
    return run(unpack(a)) end end
  local delivered = function(key, group)
    local t = real.call('TIME')
    local clock = t[1] * 1000 + math.floor(t[2] / 1000)
    for _, p in ipairs(real.call('XPENDING', key, group, '-', '+', 1000000)) do
      if clock - p[3] > 1200000000000 then
        real.call('XCLAIM', key, group, p[2], 0, p[1], 'TIME', whole(now - shift), 'JUSTID')
      end
    end
    return clock
  end
  local idle = function(ms)
    local t = real.call('TIME')
    return t[1] * 1000 + math.floor(t[2] / 1000) - (now - shift) + ms
  end
  local other = ', and the explorer watches database 0 only'
  local flush = function(run, a)   -- what was published is on its way already
    local kept = real.call('LRANGE', hidden, 0, -1)
    local reply = run(unpack(a))
    for i = 1, #kept do real.call('RPUSH', hidden, kept[i]) end
    return reply
  end
  local rules = {
    SET = options(4), GETEX = options(3), HGETEX = options(3), HSETEX = options(3),
    SETEX = setex(1000), PSETEX = setex(1),
    EXPIRE = deadline('PEXPIREAT', 1000), PEXPIRE = deadline('PEXPIREAT', 1),
    HEXPIRE = deadline('HPEXPIREAT', 1000), HPEXPIRE = deadline('HPEXPIREAT', 1),
    EXPIREAT = past(1000), PEXPIREAT = past(1), HEXPIREAT = past(1000), HPEXPIREAT = past(1),
    TTL = left('PEXPIRETIME', 1000, 500), PTTL = left('PEXPIRETIME', 1, 0),
    HTTL = left('HPEXPIRETIME', 1000, 999), HPTTL = left('HPEXPIRETIME', 1, 0),
    TIME = function(run, a)
      if #a > 1 then return run(unpack(a)) end
      return {whole(math.floor(now / 1000)), whole(now % 1000 * 1000)}
    end,
    KEYS = function(run, a)
      local r = run(unpack(a))
      if r.err then return r end
      table.sort(r)
      for i = #r, 1, -1 do if r[i] == hidden then table.remove(r, i) end end
      return r
    end,
    DBSIZE = function(run, a)
      local r = run(unpack(a))
      return type(r) == 'number' and r - real.call('EXISTS', hidden) or r
    end,
    COPY = function(run, a)
      for i = 4, #a do if string.upper(tostring(a[i])) == 'DB' then refuse('COPY with DB', other)() end end
      return run(unpack(a))
    end,
    MOVE = refuse('MOVE', other), SWAPDB = refuse('SWAPDB', other), SELECT = refuse('SELECT', other),
    RESTORE = function(run, a)
      local ttl = string.match(tostring(a[3]), '^%d+$')
      for i = 5, #a do if string.upper(tostring(a[i])) == 'ABSTTL' then ttl = nil end end
      if ttl and tonumber(ttl) > 0 then a[3] = whole(now + ttl) a[#a + 1] = 'ABSTTL' end
      return run(unpack(a))
    end,
    DUMP = function(run, a)
      if real.call('TYPE', a[2] or '').ok == 'stream' and #real.call('XINFO', 'GROUPS', a[2]) > 0 then
        refuse('DUMP of a stream with a group', ", and holds the server's own clock")()
      end
      return run(unpack(a))
    end,
    FLUSHDB = flush, FLUSHALL = flush,
    PUBLISH = not PUBLISHES and refuse('PUBLISH under a computed name') or function(run, a)
      if #a ~= 3 then return run(unpack(a)) end
      return counts[real.call('RPUSH', hidden, unpack(a)) / 3] or 0
    end,
    XADD = function(run, a)
      local i = 3
      while i <= #a do
        local word = string.upper(tostring(a[i]))
        if word == 'NOMKSTREAM' or word == 'KEEPREF' or word == 'DELREF' or word == 'ACKED' then i = i + 1
        elseif word == 'MAXLEN' or word == 'MINID' then
          if a[i + 1] == '~' or a[i + 1] == '=' then i = i + 3 else i = i + 2 end
        elseif word == 'LIMIT' then i = i + 2
        else break end
      end
      if a[i] ~= '*' then return run(unpack(a)) end
      a[i] = whole(now) .. '-*'
      local reply = real.pcall(unpack(a))
      if type(reply) ~= 'table' or not reply.err then return reply end
      -- After an id of the future the clock does not matter, neither ours nor the server's: it takes the next id.
      if string.find(reply.err, 'equal or smaller', 1, true) then a[i] = '*' end
      return run(unpack(a))
    end,
    XREADGROUP = function(run, a)
      local reply = run(unpack(a))
      local first
      for i = 1, #a do if string.upper(tostring(a[i])) == 'STREAMS' then first = i + 1 break end end
      if first and not (type(reply) == 'table' and reply.err) then
        for i = first, first + (#a - first + 1) / 2 - 1 do delivered(a[i], a[3]) end
      end
      return reply
    end,
    XAUTOCLAIM = function(run, a)
      if not tonumber(a[5]) then return run(unpack(a)) end
      a[5] = whole(idle(tonumber(a[5])))
      local reply = run(unpack(a))
      if not reply.err then delivered(a[2], a[3]) end
      return reply
    end,
    XCLAIM = function(run, a)
      for i = 6, #a do
        local word = string.upper(tostring(a[i]))
        if (word == 'IDLE' or word == 'TIME') and not tonumber(a[i + 1]) then return run(unpack(a)) end
      end
      if not tonumber(a[5]) then return run(unpack(a)) end
      a[5] = whole(idle(tonumber(a[5])))
      for i = 6, #a - 1 do
        local word = string.upper(tostring(a[i]))
        if word == 'IDLE' then a[i] = 'TIME' a[i + 1] = whole(now - shift - tonumber(a[i + 1]))
        elseif word == 'TIME' then a[i + 1] = whole(tonumber(a[i + 1]) - shift) end
      end
      local reply = run(unpack(a))
      if not reply.err then delivered(a[2], a[3]) end
      return reply
    end,
    XINFO = function(run, a)
      if #a == 1 then return run(unpack(a)) end
      local what = string.upper(tostring(a[2]))
      if what == 'GROUPS' or (what == 'STREAM' and #a == 3) then return run(unpack(a)) end
      refuse('XINFO ' .. what)()
    end,
    XPENDING = function(run, a)
      local from = string.upper(tostring(a[4])) == 'IDLE' and 6 or 4
      if #a < from + 2 or (from == 6 and not tonumber(a[5])) then return run(unpack(a)) end
      if string.upper(tostring(a[4])) == 'IDLE' then a[5] = whole(idle(tonumber(a[5]))) end
      local reply = run(unpack(a))
      local zero = idle(0)
      for i = 1, #reply do reply[i][3] = reply[i][3] - zero end
      return reply
    end,
  }
  rules.SPUBLISH = rules.PUBLISH
  for _, name in ipairs({'SPOP', 'SRANDMEMBER', 'HRANDFIELD', 'ZRANDMEMBER', 'RANDOMKEY', 'SCAN', 'OBJECT',
      'FCALL', 'FCALL_RO', 'INFO', 'MEMORY', 'CONFIG'}) do rules[name] = refuse(name) end
  local wrap = function(run) return function(...)
    local name = string.upper(tostring((...)))
    local rule = rules[name]
    if not rule then return run(...) end
    local a = {...}
    if select('#', ...) > #a then return run(...) end   -- a nil at the end, which Redis refuses
    a[1] = name
    return rule(run, a)
  end end
  return setmetatable({call = wrap(real.call), pcall = wrap(real.pcall)}, {__index = real}),
    setmetatable({random = refuse('math.random'), randomseed = refuse('math.randomseed')}, {__index = math})
end)()
