-- scan(keys=[], args=[count, hidden key, command, ...]) -> the reply, or why it cannot be explored
-- Everything in one batch, where Redis itself would answer in one. Otherwise the batches come in the order of a
-- hash table, and that is a matter of its seed: they say nothing about the next server.
local count, hidden, name, key = tonumber(ARGV[1]), ARGV[2], string.upper(ARGV[3]), ARGV[4]
local many
if name == 'SCAN' then
  many = redis.call('DBSIZE') - redis.call('EXISTS', hidden)
else
  many = redis.pcall(({HSCAN = 'HLEN', SSCAN = 'SCARD', ZSCAN = 'ZCARD'})[name], key)
  local encoding = redis.pcall('OBJECT', 'ENCODING', key)
  if encoding == 'listpack' or encoding == 'intset' then many = 0 end   -- small ones are not cut
  if type(encoding) == 'table' and type(many) == 'number' and many <= 128 then many = 0 end   -- fakeredis
end
if type(many) == 'number' and many >= count then
  return redis.error_reply('KEYSPACE refuses ' .. name .. ': ' .. many
    .. ' elements do not come in one batch of COUNT ' .. count
    .. ', and the order of the batches hangs on the seed of the server; give a COUNT above ' .. many)
end
local reply = redis.pcall(unpack(ARGV, 3))
if name == 'SCAN' and not reply.err then
  for i = #reply[2], 1, -1 do if reply[2][i] == hidden then table.remove(reply[2], i) end end
end
return reply
