-- Adds numbers, or changes how known ones stand; nothing else of a known number changes. A new number that a call
-- pins already is exclusive at once.
--
-- ARGV[2]  active, draining or disabled
-- ARGV[3]… the numbers

save_clock()
local standing = ARGV[2]
for at = 3, #ARGV do
  local number = ARGV[at]
  local stood, exclusive_until = slot(number)
  if stood ~= standing then
    if stood then
      redis.call('ZREM', ORDER, number)
      redis.call('ZREM', WITHDRAWN, number)
    end
    set_exclusive_until(number, standing, exclusive_until or pinned_until(number))
    if standing == 'active' then
      redis.call('HDEL', STANDING, number)
    else
      redis.call('HSET', STANDING, number, standing)
    end
  end
end
