-- digest(keys=[], args=[deadlines wanted, fields with a time to live, epoch]) -> [sha1 of everything, deadline, ...]
-- Everything that later replies can depend on. Streams are read by XINFO: a DUMP holds the server's own clock.
local wanted, fields, epoch = ARGV[1] == '1', ARGV[2] == '1', tonumber(ARGV[3])
local call, keys, all, deadlines, seen = redis.call, redis.call('KEYS', '*'), {}, {}, {}
table.sort(keys)
local function add(...)
  for i = 1, select('#', ...) do
    local part = tostring((select(i, ...)))
    all[#all + 1] = #part
    all[#all + 1] = part
  end
end
local function due(at)
  if at and not seen[at] then seen[at] = true deadlines[#deadlines + 1] = string.format('%.0f', at) end
end
local function inside(text)   -- a number of the virtual era is a time that pattern code keeps in its data
  local n = tonumber(text)
  if not n then return end
  if n >= epoch / 1000 and n < epoch / 1000 + 1e9 then due(math.ceil(n * 1000))
  elseif n >= epoch and n < epoch + 1e12 then due(math.ceil(n))
  elseif n >= epoch * 1000 and n < epoch * 1000 + 1e15 then due(math.ceil(n / 1000)) end
end
local function stream(key)
  local t = call('TIME')
  local info = call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0)
  for i = 1, #info, 2 do
    if info[i] == 'entries' then
      for _, entry in ipairs(info[i + 1]) do add(entry[1], cjson.encode(entry[2])) end
    elseif info[i] == 'groups' then
      for _, group in ipairs(info[i + 1]) do
        for j = 1, #group, 2 do
          if group[j] == 'consumers' then
            for _, consumer in ipairs(group[j + 1]) do add('consumer', consumer[2]) end
          elseif group[j] == 'pending' then add(cjson.encode(group[j + 1]))
          else add(group[j], group[j + 1]) end
        end
      end
    elseif info[i] ~= 'radix-tree-keys' and info[i] ~= 'radix-tree-nodes' then add(info[i], info[i + 1]) end
  end
end
for _, key in ipairs(keys) do
  local kind, at = call('TYPE', key).ok, call('PEXPIRETIME', key)
  add(key, kind, at)
  if wanted and at > 0 then due(at) end
  if kind == 'stream' then stream(key) else add(call('DUMP', key)) end
  if wanted then
    if kind == 'zset' then
      local pairs_ = call('ZRANGE', key, 0, -1, 'WITHSCORES')
      for i = 2, #pairs_, 2 do inside(pairs_[i]) end
    elseif kind == 'hash' then
      for _, value in ipairs(call('HVALS', key)) do inside(value) end
      if fields then
        local names = call('HKEYS', key)
        for i = 1, #names, 5000 do
          local last = math.min(i + 4999, #names)
          for _, e in ipairs(call('HPEXPIRETIME', key, 'FIELDS', last - i + 1, unpack(names, i, last))) do
            if type(e) == 'number' and e > 0 then due(e) end
          end
        end
      end
    elseif kind == 'string' and call('STRLEN', key) < 32 then inside(call('GET', key))
    end
  end
end
table.insert(deadlines, 1, redis.sha1hex(table.concat(all, ' ')))
return deadlines
