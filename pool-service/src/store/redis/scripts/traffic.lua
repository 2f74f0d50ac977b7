-- Tells what the pool's destinations carry. Changes nothing.
--
-- Returns  time, calls saved for the first time, destinations and how many calls occupy each by turns

local counts = {}
local in_use = redis.call('HGETALL', BASE .. 'in_use')
for at = 1, #in_use, 2 do counts[in_use[at]] = tonumber(in_use[at + 1]) end
for _, call in ipairs(redis.call('ZRANGEBYSCORE', BASE .. 'occupying', '-inf', int(now))) do
  local destination = split(redis.call('HGET', CALLS, call) or '')[7]
  if counts[destination] then counts[destination] = counts[destination] - 1 end
end
local answer = { int(now), redis.call('HGET', META, 'begun') or '0' }
for destination, count in pairs(counts) do
  answer[#answer + 1] = destination
  answer[#answer + 1] = int(count)
end
return answer
