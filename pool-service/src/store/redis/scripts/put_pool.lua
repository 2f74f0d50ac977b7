-- Sets a pool's policy and overflow number; creates the pool if it is new. Who was shown another overflow number is
-- forgotten. Needs no known pool.
--
-- ARGV[2]  the overflow number, or ''
-- ARGV[3]… names and values of the policy's times, in milliseconds

save_clock()
local overflow = ARGV[2]
if (redis.call('HGET', META, 'overflow') or '') ~= overflow then redis.call('DEL', SHOWN, SHOWN_ORDER) end
if overflow == '' then redis.call('HDEL', META, 'overflow') else redis.call('HSET', META, 'overflow', overflow) end
redis.call('HSET', META, unpack(ARGV, 3))
