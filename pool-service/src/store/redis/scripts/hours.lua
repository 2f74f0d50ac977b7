-- Gives the hours in which calls began, and their stamps. Changes nothing.
--
-- ARGV[2]  the lowest and ARGV[3] the highest start of an hour, as bounds of scores
-- Returns  hour and stamp by turns

local HOURS, STAMPS, AT_ONCE = BASE .. 'hours', BASE .. 'stamps', 1000
local hours = redis.call('ZRANGEBYSCORE', HOURS, ARGV[2], ARGV[3])
local answer = {}
for from = 1, #hours, AT_ONCE do
  local till = math.min(from + AT_ONCE - 1, #hours)
  for at, stamp in ipairs(redis.call('HMGET', STAMPS, unpack(hours, from, till))) do
    answer[#answer + 1] = hours[from + at - 1]
    answer[#answer + 1] = stamp
  end
end
return answer
