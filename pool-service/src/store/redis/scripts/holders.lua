-- Who held each of some numbers up to a moment. Changes nothing.
--
-- ARGV[2]  how many of the latest leases, and ARGV[3] how many of the latest calls are wanted of each
-- ARGV     from 4 on two for each row: the number; the moment in milliseconds, or '' for now
-- Returns  time, retention, then for each row nil if the pool has no such number, else
--          { standing, is_overflow and is_doubtful (0 or 1), packed leases, call ids and packed calls }

local overflow = redis.call('HGET', META, 'overflow')
local doubts, is_other_epoch

local function leases_of(number, at, latest)
  local leases = redis.call('ZREVRANGEBYSCORE', HISTORY_OF .. number, int(at), '-inf', 'LIMIT', 0, ARGV[2])
  if latest then leases[#leases + 1] = latest end
  return leases
end

-- A call without its record, which may be long.
local function span(packed) return string.match(packed, '^[^\t]*\t[^\t]*\t[^\t]*\t[^\t]*') end

local function calls_on(number, at)
  local ids = redis.call('ZREVRANGEBYSCORE', CALLS_ON .. number, int(at), '-inf', 'LIMIT', 0, ARGV[3])
  local calls = {}
  if #ids == 0 then return calls end
  for place, packed in ipairs(redis.call('HMGET', CALLS, unpack(ids))) do
    calls[2 * place - 1], calls[2 * place] = ids[place], packed and span(packed)
  end
  return calls
end

local function is_doubtful(at)
  if saved_epoch and at >= seen then
    if is_other_epoch == nil then is_other_epoch = is_new_epoch() end
    if is_other_epoch then return true end
  end
  doubts = doubts or redis.call('ZRANGE', DOUBTS, 0, -1)
  for _, span in ipairs(doubts) do
    local from, till = unpack(split(span))
    if tonumber(from) <= at and at < tonumber(till) then return true end
  end
  return false
end

local function holders(number, at, score, latest)
  local is_overflow = overflow == number
  local standing = (is_overflow or score) and 'active' or slot(number)
  if not standing then return false end
  local leases = is_overflow and redis.call('HVALS', SHOWN) or leases_of(number, at, latest)
  return { standing, is_overflow and '1' or '0', is_doubtful(at) and '1' or '0', leases, calls_on(number, at) }
end

local numbers = {}
for at = 4, #ARGV, 2 do numbers[#numbers + 1] = ARGV[at] end
local answer = { int(now), int(RETENTION) }
if #numbers == 0 then return answer end
local scores = redis.call('ZMSCORE', ORDER, unpack(numbers))
local latest = redis.call('HMGET', LEASE, unpack(numbers))
for row, number in ipairs(numbers) do
  answer[row + 2] = holders(number, tonumber(ARGV[3 + 2 * row]) or now, scores[row], latest[row])
end
return answer
