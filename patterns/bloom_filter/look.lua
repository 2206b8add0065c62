-- look(keys=[filter], args=[]) -> {items, capacity}, or nil: there is no filter
-- One script, so that both numbers are of one filter: a swap could come between them.
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return {redis.call('BF.CARD', KEYS[1]), redis.call('BF.INFO', KEYS[1], 'CAPACITY')[1]}
