-- Begins every script of a pool.
--
-- KEYS[1]  the pool's `meta` hash; all other keys of the pool share its beginning and its hash tag
-- ARGV[1]  the time in milliseconds, or '' for the server's own clock
--
-- Leases and calls are packed as store/packed.rs and store/packed_call.rs say: fields separated by tabs. From CLICK_IDS on, the fields of a
-- lease are JSON, which is moved about but never read: cjson would lose digits. Numbers of telephones are strings.

local META = KEYS[1]
local BASE = string.sub(META, 1, -5)
local ORDER, WITHDRAWN, STANDING = BASE .. 'order', BASE .. 'withdrawn', BASE .. 'standing'
local LEASE, SESSION, SUPERSEDED = BASE .. 'lease', BASE .. 'session', BASE .. 'superseded'
local SHOWN, SHOWN_ORDER, CALLS, DOUBTS = BASE .. 'shown', BASE .. 'shown_order', BASE .. 'calls', BASE .. 'doubts'
local HISTORY_OF, CALLS_ON, PINS_OF = BASE .. 'history:', BASE .. 'calls:', BASE .. 'pins:'

-- Places of the fields of a packed lease.
local GENERATION, GRANTED_AT, HEARD_AT, LEFT_AT, HELD_UNTIL, IS_ANNOUNCED, HOLDER = 1, 2, 3, 4, 5, 6, 7
local CLICK_IDS, LANDING_PAGE, REFERRER, PAGE = 8, 9, 10, 11
local VISITOR_ID, FIRST_TOUCH, COOKIES, ATTRIBUTES, CONSENT = 12, 13, 14, 15, 16

-- The times of a pool that nobody configured; set where there may be one.
local usual

-- tostring() would round to 14 digits.
local function int(number) return string.format('%.0f', number) end

local function split(packed)
  local fields, count = {}, 0
  for field in string.gmatch(packed .. '\t', '([^\t]*)\t') do
    count = count + 1
    fields[count] = field
  end
  return fields
end

local function join(fields) return table.concat(fields, '\t') end

local saved_clock = tonumber(redis.call('HGET', META, 'clock') or '0')
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
if now < saved_clock then now = saved_clock end

-- Scripts that act upon the time save it, so that it never steps back.
local function save_clock()
  if now > saved_clock then redis.call('HSET', META, 'clock', int(now)) end
end
