-- bury(keys=[entry, lease], args=[version, keep_ms]) -> 1 buried, 0 the copy is that new already
-- One script, so that the old copy goes, its version stays as a warning, and who is loading it now has lost the lease.
-- Without a version, after a save that may or may not have happened, the copy goes and what was known of it stays.
local entry, lease = KEYS[1], KEYS[2]
local saved, known = tonumber(ARGV[1]), tonumber(redis.call('HGET', entry, 'version'))
redis.call('DEL', lease)
if saved and known and saved <= known then return 0 end
redis.call('DEL', entry)
if not saved and not known then return 1 end
redis.call('HSET', entry, 'version', string.format('%.0f', saved or known))
redis.call('PEXPIRE', entry, ARGV[2])
return 1
