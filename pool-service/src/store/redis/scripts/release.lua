-- Ends a session's lease, unless a call pins the number. The session has no number any more.
--
-- ARGV[2]  the session
-- Returns  number and packed lease, separated by a tab; nil if none was running

save_clock()
local session = ARGV[2]
local number = redis.call('HGET', SESSION, session)
if not number then return false end
local standing, exclusive_until = slot(number)
redis.call('HDEL', SESSION, session)
if exclusive_until <= now then return false end
local lease = split(redis.call('HGET', LEASE, number))
lease[HELD_UNTIL] = int(math.min(tonumber(lease[HELD_UNTIL]), now))
lease[IS_ANNOUNCED] = '1'
local packed = join(lease)
redis.call('HSET', LEASE, number, packed)
set_exclusive_until(number, standing, math.max(now, pinned_until(number)))
return number .. '\t' .. packed
