-- gather(keys=[sketch, place, place, ...], args=[keep, dump, dump, ...]) -> visitors of the union
-- One script, so that the copies are gone in the step that needed them. A union may be taken again at will.
-- Their TTL is for a union that fails half-way, at a key of another type or a dump that a newer Redis wrote.
for i = 2, #KEYS do redis.call('RESTORE', KEYS[i], 60000, ARGV[i], 'REPLACE') end
redis.call('PFMERGE', KEYS[1], unpack(KEYS))
redis.call('UNLINK', unpack(KEYS, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return redis.call('PFCOUNT', KEYS[1])
