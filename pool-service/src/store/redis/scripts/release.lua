-- Ends a session's lease: the session has no number any more. Nobody else gets it before the end of what was promised,
-- since pages that do not know of the release may show it until then.
--
-- ARGV[2]  the session
-- Returns  number and packed lease, separated by a tab; nil if none was running

save_clock()
local session = ARGV[2]
local number = redis.call('HGET', SESSION, session)
if not number then return false end
local _, exclusive_until = slot(number)
redis.call('HDEL', SESSION, session)
if exclusive_until <= now then return false end
local lease = split(redis.call('HGET', LEASE, number))
lease[LEFT_AT] = int(now)
lease[IS_ANNOUNCED] = '1'
local packed = join(lease)
redis.call('HSET', LEASE, number, packed)
return number .. '\t' .. packed
