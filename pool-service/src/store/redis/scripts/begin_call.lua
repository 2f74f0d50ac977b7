-- Records that a call began and pins its number, be it in the pool or not. A known call stays as it is.
--
-- ARGV[2]  the call
-- ARGV[3]  the number
-- ARGV[4]  how many of the latest calls on one number can be found by number
-- Returns  the packed call

save_clock()
local call, number = ARGV[2], ARGV[3]
local known = redis.call('HGET', CALLS, call)
if known then return known end
local pins_until = now + MAX_CALL
local packed = join({ number, int(now), '', int(pins_until) })
redis.call('HSET', CALLS, call, packed)
redis.call('ZADD', CALLS_ON .. number, int(now), call)
redis.call('ZREMRANGEBYRANK', CALLS_ON .. number, 0, -1 - tonumber(ARGV[4]))
redis.call('ZADD', PINS_OF .. number, int(pins_until), call)
redis.call('ZREMRANGEBYSCORE', PINS_OF .. number, '-inf', int(now))
local standing, exclusive_until = slot(number)
if standing then set_exclusive_until(number, standing, math.max(exclusive_until, pins_until)) end
return packed
