-- Counts the pool's numbers by what they are doing. Changes nothing.
--
-- Returns  exclusive, cooling, all that may be granted, withdrawn

local cooling_after = math.max(now - COOLDOWN, 0)
return {
  redis.call('ZCOUNT', ORDER, '(' .. int(now), '+inf'),
  redis.call('ZCOUNT', ORDER, '(' .. int(cooling_after), int(now)),
  SUFFIX_BASE and SUFFIXES - redis.call('ZCARD', WITHDRAWN) or redis.call('ZCARD', ORDER),
  redis.call('ZCARD', WITHDRAWN),
}
