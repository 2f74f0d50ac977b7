-- Follows the prelude in every script that needs a known pool. Answers the error NOPOOL if there is none.

local settings = redis.call('HMGET', META, 'lease_life', 'min_hold', 'cooldown', 'affinity', 'retention', 'after_call',
  'max_call', 'generation', 'epoch', 'safe_until', 'seen', 'suffix_base', 'suffix_digits', 'suffix_stride', 'cursor')
if usual and not settings[1] then
  for at, time in ipairs(usual) do settings[at] = time end
end
if not settings[1] then return redis.error_reply('NOPOOL the pool was never configured') end
local LEASE_LIFE, MIN_HOLD, COOLDOWN = tonumber(settings[1]), tonumber(settings[2]), tonumber(settings[3])
local AFFINITY, RETENTION = tonumber(settings[4]), tonumber(settings[5])
local AFTER_CALL, MAX_CALL = tonumber(settings[6]), tonumber(settings[7])
local generation, saved_epoch, safe_until = tonumber(settings[8] or '0'), settings[9], tonumber(settings[10] or '0')

-- A range of suffix numbers, whose numbers are kept only while something is known of them; no base without one.
local SUFFIX_BASE, SUFFIX_DIGITS, SUFFIX_STRIDE = settings[12], tonumber(settings[13] or '0'), tonumber(settings[14] or '0')
local SUFFIXES = 10 ^ SUFFIX_DIGITS
local cursor = tonumber(settings[15] or '0')

local function is_suffix_number(number)
  return SUFFIX_BASE and #number == #SUFFIX_BASE + SUFFIX_DIGITS and string.sub(number, 1, #SUFFIX_BASE) == SUFFIX_BASE
end

-- How a number stands and the end of its exclusivity; nil if the pool has no such number.
local function slot(number)
  local score = redis.call('ZSCORE', ORDER, number)
  if score then return 'active', tonumber(score) end
  score = redis.call('ZSCORE', WITHDRAWN, number)
  if score then return redis.call('HGET', STANDING, number), tonumber(score) end
  if is_suffix_number(number) then return 'active', 0 end
end

local function set_exclusive_until(number, standing, time)
  redis.call('ZADD', standing == 'active' and ORDER or WITHDRAWN, int(time), number)
end

-- Until when calls pin a number; 0 if none does.
local function pinned_until(number)
  local latest = redis.call('ZREVRANGE', PINS_OF .. number, 0, 0, 'WITHSCORES')[2]
  latest = tonumber(latest or '0')
  return latest > now and latest or 0
end

-- Forgets that a session has this number; another number it may have stays.
local function unlink(session, number)
  if redis.call('HGET', SESSION, session) == number then redis.call('HDEL', SESSION, session) end
end
