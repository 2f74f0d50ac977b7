-- Follows pool.lua where a call is saved or removed: its places in the indexes, what it occupies and what it pins.

local BEGUN, ON_CALLER = BASE .. 'begun', BASE .. 'caller:'
local HOURS, STAMPS = BASE .. 'hours', BASE .. 'stamps'
local OCCUPYING, IN_USE = BASE .. 'occupying', BASE .. 'in_use'
local HOUR = 3600000

-- Reads a packed call; nil if there is none. Old ones have neither revision nor what follows it.
local function unpack_call(packed)
  if not packed then return end
  local number, began_at, ended_at, pinned_until, revision, caller, destination = unpack(split(packed))
  return {
    number = number, began_at = tonumber(began_at), ended_at = ended_at, pinned_until = tonumber(pinned_until),
    revision = tonumber(revision or '1'), caller = caller or '', destination = destination or '',
  }
end

local function indexes_of(row)
  local indexes = { BEGUN, CALLS_ON .. row.number }
  if row.caller ~= '' then indexes[3] = ON_CALLER .. row.caller end
  return indexes
end

-- Stamps are also moments, so that what was counted and lost is not counted to again.
local function change_stamp(began_at)
  local hour = int(began_at - began_at % HOUR)
  local stamp = tonumber(redis.call('HGET', STAMPS, hour) or '-1')
  redis.call('HSET', STAMPS, hour, int(math.max(stamp + 1, now)))
  redis.call('ZADD', HOURS, hour, hour)
end

-- The call is in the indexes as `kept` says, and no more as `known` says; either may be nil.
local function index(call, known, kept)
  if known then
    for _, key in ipairs(indexes_of(known)) do redis.call('ZREM', key, call) end
    change_stamp(known.began_at)
  end
  if kept then
    for _, key in ipairs(indexes_of(kept)) do redis.call('ZADD', key, int(kept.began_at), call) end
    if not known or math.floor(known.began_at / HOUR) ~= math.floor(kept.began_at / HOUR) then
      change_stamp(kept.began_at)
    end
  end
end

-- A call that was kept as `known` occupies nothing any more.
local function free(call, known)
  if known and redis.call('ZREM', OCCUPYING, call) == 1 then
    if redis.call('HINCRBY', IN_USE, known.destination, -1) <= 0 then redis.call('HDEL', IN_USE, known.destination) end
  end
end

-- Calls whose end was never told occupy nothing once they lasted too long.
local function free_past()
  for _, call in ipairs(redis.call('ZRANGEBYSCORE', OCCUPYING, '-inf', int(now))) do
    free(call, unpack_call(redis.call('HGET', CALLS, call)))
  end
end

local function is_occupying(row)
  return row.destination ~= '' and row.ended_at == '' and now < row.pinned_until
end

-- What the call pins as `kept`, instead of what it pinned as `known`. Where less is pinned than was, the number is free
-- from now on, save for what pages were promised and what other calls pin.
local function repin(call, known, kept)
  if known and known.pinned_until <= now then known = nil end
  if kept and kept.pinned_until <= now then kept = nil end
  if known then redis.call('ZREM', PINS_OF .. known.number, call) end
  if kept then
    redis.call('ZREMRANGEBYSCORE', PINS_OF .. kept.number, '-inf', int(now))
    redis.call('ZADD', PINS_OF .. kept.number, int(kept.pinned_until), call)
  end
  if known then
    local standing = slot(known.number)
    if standing then
      local lease = redis.call('HGET', LEASE, known.number)
      local held_until = lease and tonumber(split(lease)[HELD_UNTIL]) or 0
      set_exclusive_until(known.number, standing, math.max(held_until, pinned_until(known.number), now))
    end
  end
  if kept and not (known and known.number == kept.number) then
    local standing, exclusive_until = slot(kept.number)
    if standing then
      set_exclusive_until(kept.number, standing, math.max(exclusive_until, pinned_until(kept.number)))
    end
  end
end
