-- Records that a call ended. Its number stays pinned for `after_call`; what a page was promised is never taken back.
--
-- ARGV[2]  the call
-- Returns  the packed call; nil if it is unknown

save_clock()
local call = ARGV[2]
local packed = redis.call('HGET', CALLS, call)
if not packed then return false end
local number, began_at, ended_at, pinned_before = unpack(split(packed))
if ended_at ~= '' then return packed end
local pins_until = tonumber(pinned_before)
local still_pins = pins_until > now
-- A pin that is over stays over, whatever the policy has become; one that lasts ends now at the earliest.
if still_pins then pins_until = math.max(now, math.min(now + AFTER_CALL, tonumber(began_at) + MAX_CALL)) end
packed = join({ number, began_at, int(now), int(pins_until) })
redis.call('HSET', CALLS, call, packed)
if still_pins then
  redis.call('ZADD', PINS_OF .. number, int(pins_until), call)
  local standing = slot(number)
  if standing then
    local lease = redis.call('HGET', LEASE, number)
    local held_until = lease and tonumber(split(lease)[HELD_UNTIL]) or 0
    set_exclusive_until(number, standing, math.max(held_until, pins_until, pinned_until(number)))
  end
end
return packed
