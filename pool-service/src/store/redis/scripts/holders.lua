-- Who held a number up to a moment. Changes nothing.
--
-- ARGV[2]  the number
-- ARGV[3]  the moment in milliseconds, or '' for now
-- ARGV[4]  how many of the latest leases, and ARGV[5] how many of the latest calls are wanted
-- Returns  nil if the pool has no such number, else
--          time, retention, standing, is_overflow and is_doubtful (0 or 1), list of packed leases, list of call ids and
--          packed calls

local number, at = ARGV[2], tonumber(ARGV[3]) or now
local standing = slot(number)
local is_overflow = redis.call('HGET', META, 'overflow') == number
if not standing and not is_overflow then return false end

local leases
if is_overflow then
  standing = 'active'
  leases = redis.call('HVALS', SHOWN)
else
  leases = redis.call('ZREVRANGEBYSCORE', HISTORY_OF .. number, int(at), '-inf', 'LIMIT', 0, ARGV[4])
  local latest = redis.call('HGET', LEASE, number)
  if latest then leases[#leases + 1] = latest end
end

local calls = {}
for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', CALLS_ON .. number, int(at), '-inf', 'LIMIT', 0, ARGV[5])) do
  calls[#calls + 1] = id
  calls[#calls + 1] = redis.call('HGET', CALLS, id)
end
local is_doubtful = is_new_epoch and at >= saved_clock
for _, span in ipairs(redis.call('ZRANGEBYSCORE', DOUBTS, '(' .. int(at), '+inf')) do
  is_doubtful = is_doubtful or tonumber(split(span)[1]) <= at
end
return { int(now), int(RETENTION), standing, is_overflow and '1' or '0', is_doubtful and '1' or '0', leases, calls }
