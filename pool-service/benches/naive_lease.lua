-- The least that a lease can be: a session keeps its number, else it gets the one that has been free for longest.
-- No pools, no order of choice beyond that, no history, no visitor, no call records. The baseline of `npm run bench:pool`.
local session = 'naive:session:' .. ARGV[1]
local number = redis.call('GET', session)
if not number then
  number = redis.call('ZPOPMIN', 'naive:free')[1]
  if not number then return redis.error_reply('no free number') end
end
redis.call('SET', session, number, 'PX', 300000)
redis.call('SET', 'naive:lease:' .. number, ARGV[1], 'PX', 300000)
return number
