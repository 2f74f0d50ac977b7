-- Gives a call. Changes nothing.
--
-- ARGV[2]  the call
-- Returns  the packed call; nil if it is unknown

local packed = redis.call('HGET', CALLS, ARGV[2])
-- Older versions did not write down who told of a call, and took no slash in its name.
local id = not packed and string.match(ARGV[2], '^unknown/([^/]*)$')
return id and redis.call('HGET', CALLS, id) or packed
