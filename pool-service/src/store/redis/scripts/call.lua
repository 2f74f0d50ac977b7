-- Gives a call. Changes nothing.
--
-- ARGV[2]  the call
-- Returns  the packed call; nil if it is unknown

return redis.call('HGET', CALLS, ARGV[2])
