-- Announces leases that ended, each once, the oldest end first, and forgets what is older than the retention.
--
-- ARGV[2]  how many to announce, and how many to forget, at most
-- Returns  the end of the pool's safe mode (0 outside of one), then a line for each lease: number and packed lease,
--          separated by a tab
--
-- `swept` in the meta hash is a moment up to which every end was announced: scores change only to later moments, so
-- a sweep looks at no number twice.

local limit = tonumber(ARGV[2])
local PAGE_SIZE, MAX_LOOKS, MAX_TRIM = 64, 10000, 16
local from = tonumber(redis.call('HGET', META, 'swept') or '1')
local looks = 0

notice_epoch()
save_clock()

-- Goes through one ordered set; gives the next number whose lease is to be announced as { time, number, packed }.
local function ends_in(ordered)
  local page, next_at, offset = {}, 1, 0
  return function()
    while true do
      if next_at > #page then
        page = redis.call('ZRANGEBYSCORE', ordered, int(from), int(now), 'WITHSCORES', 'LIMIT', offset, PAGE_SIZE)
        offset, next_at = offset + PAGE_SIZE, 1
        if #page == 0 then return end
      end
      local number, time = page[next_at], tonumber(page[next_at + 1])
      next_at, looks = next_at + 2, looks + 1
      local packed = redis.call('HGET', LEASE, number)
      if packed and split(packed)[IS_ANNOUNCED] == '0' then return { time, number, packed } end
      if looks > MAX_LOOKS and time > from then return { time, number } end
    end
  end
end

-- The same for leases that were followed by another.
local function superseded()
  local offset = -1
  return function()
    offset = offset + 1
    local first = redis.call('ZRANGEBYSCORE', SUPERSEDED, '-inf', int(now), 'WITHSCORES', 'LIMIT', offset, 1)
    if first[1] then
      local number, packed = string.match(first[1], '^(%d+)\t(.*)$')
      return { tonumber(first[2]), number, packed, first[1] }
    end
  end
end

local function is_before(a, b)
  if a[1] ~= b[1] then return a[1] < b[1] end
  return a[2] < b[2]
end

local function trim_history(number)
  local key = HISTORY_OF .. number
  for _, packed in ipairs(redis.call('ZRANGE', key, 0, MAX_TRIM - 1)) do
    if now <= tonumber(split(packed)[HELD_UNTIL]) + RETENTION then return end
    redis.call('ZREM', key, packed)
  end
end

local sources = { superseded(), ends_in(ORDER), ends_in(WITHDRAWN) }
local heads = {}
for at, next_end in ipairs(sources) do heads[at] = next_end() or false end

local answer, announced = { now < safe_until and int(safe_until) or '0' }, {}
local swept = now
while true do
  local first
  for at = 1, #sources do
    if heads[at] and (not first or is_before(heads[at], heads[first])) then first = at end
  end
  if not first then break end
  local time, number, packed, member = unpack(heads[first])
  if #answer > limit or not packed then
    swept = time
    break
  end
  answer[#answer + 1] = number .. '\t' .. packed
  announced[#announced + 1] = { number, packed, member }
  heads[first] = sources[first]() or false
end

for _, ended in ipairs(announced) do
  local number, packed, member = unpack(ended)
  if member then
    redis.call('ZREM', SUPERSEDED, member)
  else
    local lease = split(packed)
    lease[IS_ANNOUNCED] = '1'
    redis.call('HSET', LEASE, number, join(lease))
  end
  trim_history(number)
end
redis.call('HSET', META, 'swept', int(swept))

-- The number that has been free the longest counts as never leased once that is older than the retention.
local function forget_oldest()
  local oldest, standing
  for _, ordered in ipairs({ ORDER, WITHDRAWN }) do
    local first = redis.call('ZRANGEBYSCORE', ordered, '(0', '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    local entry = first[1] and { tonumber(first[2]), first[1] }
    if entry and (not oldest or is_before(entry, oldest)) then oldest, standing = entry, ordered end
  end
  if not oldest or now <= oldest[1] + RETENTION then return false end
  local number = oldest[2]
  local packed = redis.call('HGET', LEASE, number)
  if packed then
    local lease = split(packed)
    if lease[IS_ANNOUNCED] == '0' then return false end
    unlink(lease[HOLDER], number)
    redis.call('HDEL', LEASE, number)
  end
  if standing == ORDER and is_suffix_number(number) then
    redis.call('ZREM', ORDER, number)
  else
    redis.call('ZADD', standing, '0', number)
  end
  redis.call('DEL', HISTORY_OF .. number, PINS_OF .. number)
  return true
end

for _ = 1, limit do
  if not forget_oldest() then break end
end

redis.call('ZREMRANGEBYSCORE', DOUBTS, '-inf', '(' .. int(math.max(now - RETENTION, 0)))
for _ = 1, limit do
  local session = redis.call('ZRANGE', SHOWN_ORDER, 0, 0)[1]
  local packed = session and redis.call('HGET', SHOWN, session)
  if not packed or now <= tonumber(split(packed)[HELD_UNTIL]) + RETENTION then break end
  redis.call('ZREM', SHOWN_ORDER, session)
  redis.call('HDEL', SHOWN, session)
end
return answer
