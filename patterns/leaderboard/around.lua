-- around(keys=[board], args=[player, radius]) -> {first rank, player, score, player, score, ...}, or nil for a stranger
-- One script, because the ranking moves between a rank and a range, and the page would be about somebody else.
local rank = redis.call('ZREVRANK', KEYS[1], ARGV[1])
if not rank then return false end
local first, last = math.max(0, rank - ARGV[2]), rank + ARGV[2]
local page = redis.call('ZRANGE', KEYS[1], first, last, 'REV', 'WITHSCORES')
table.insert(page, 1, first)
return page
