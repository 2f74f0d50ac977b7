-- Notes that the page of a running lease was left. Shortens nothing.
--
-- ARGV[2]  the session

save_clock()
local number = redis.call('HGET', SESSION, ARGV[2])
if not number then return end
local _, exclusive_until = slot(number)
if now < exclusive_until then
  local lease = split(redis.call('HGET', LEASE, number))
  lease[LEFT_AT] = int(now)
  redis.call('HSET', LEASE, number, join(lease))
end
