-- Forgets a call, if it is still the one that was read.
--
-- ARGV[2]  the call
-- ARGV[3]  the revision that was read
-- Returns  whether it did (0 or 1)

save_clock()
local call = ARGV[2]
local known = unpack_call(redis.call('HGET', CALLS, call))
if not known or known.revision ~= tonumber(ARGV[3]) then return 0 end
index(call, known, nil)
free(call, known)
redis.call('HDEL', CALLS, call)
repin(call, known, nil)
return 1
