-- best_of(keys=[scratch, board, board, ...], args=[count]) -> {player, score, player, score, ...}
-- One script, so that the merged board goes in the step that made it: no half-merged board to read, none to expire.
local merge = {'ZUNIONSTORE', KEYS[1], #KEYS - 1}
for i = 2, #KEYS do merge[#merge + 1] = KEYS[i] end
merge[#merge + 1], merge[#merge + 2] = 'AGGREGATE', 'MAX'
redis.call(unpack(merge))
local page = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1, 'REV', 'WITHSCORES')
redis.call('UNLINK', KEYS[1])
return page
