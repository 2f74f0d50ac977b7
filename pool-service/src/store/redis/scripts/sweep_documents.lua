-- Forgets documents that have expired.
--
-- ARGV[2]  how many at most
-- Returns  how many

save_clock()
local over = redis.call('ZRANGEBYSCORE', EXPIRING, '-inf', int(now), 'LIMIT', 0, ARGV[2])
for _, key in ipairs(over) do forget_document(key) end
return #over
