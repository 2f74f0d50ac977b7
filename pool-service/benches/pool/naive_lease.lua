-- The least that is really a lease: a session keeps its number, else it gets the one that has been free for longest; numbers
-- whose time is over come back, and who holds which number since when is kept. No pools, no history, no call records, no
-- claims. The baseline of `npm run bench:pool`.
local session, now = ARGV[1], redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
for _, over in ipairs(redis.call('ZRANGEBYSCORE', 'naive:leased', '-inf', now, 'LIMIT', 0, 16)) do
  redis.call('ZREM', 'naive:leased', over)
  redis.call('ZADD', 'naive:free', now, over)
  redis.call('DEL', 'naive:lease:' .. over)
end
local number = redis.call('GET', 'naive:session:' .. session)
if not number then
  number = redis.call('ZPOPMIN', 'naive:free')[1]
  if not number then return redis.error_reply('no free number') end
end
local ends = now + 300000
redis.call('ZADD', 'naive:leased', ends, number)
redis.call('HSET', 'naive:lease:' .. number, 'session', session, 'granted', now, 'until', ends, 'visitor', ARGV[2])
redis.call('SET', 'naive:session:' .. session, number, 'PX', 300000)
return number
