-- Gives calls out of an index, ordered by begin and key. Changes nothing.
--
-- ARGV[2]  the index: the end of its key
-- ARGV[3]  the lowest and ARGV[4] the highest begin, as bounds of scores
-- ARGV[5]  1 for the newest first
-- ARGV[6]  how many
-- ARGV[7]  begin and ARGV[8] key of the call that they must follow, or ''
-- Returns  call and packed call by turns

local index, lowest, highest, is_reverse, limit = BASE .. ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1', tonumber(ARGV[6])
local after_time, after = tonumber(ARGV[7]), ARGV[8]
local PAGE_SIZE = 100
local found, offset = {}, 0

-- By bytes, as the index sorts. Lua's `<` goes by the language of the server's machine.
local function sorts_before(one, other)
  for at = 1, math.min(#one, #other) do
    local a, b = string.byte(one, at), string.byte(other, at)
    if a ~= b then return a < b end
  end
  return #one < #other
end

local function is_before(call, began_at)
  if not after_time or began_at ~= after_time then return false end
  return call == after or sorts_before(call, after) ~= is_reverse
end

while #found < limit do
  local page
  if is_reverse then
    page = redis.call('ZREVRANGEBYSCORE', index, highest, lowest, 'WITHSCORES', 'LIMIT', offset, PAGE_SIZE)
  else
    page = redis.call('ZRANGEBYSCORE', index, lowest, highest, 'WITHSCORES', 'LIMIT', offset, PAGE_SIZE)
  end
  if #page == 0 then break end
  offset = offset + PAGE_SIZE
  for at = 1, #page, 2 do
    if #found < limit and not is_before(page[at], tonumber(page[at + 1])) then found[#found + 1] = page[at] end
  end
end

local answer = {}
if #found == 0 then return answer end
for at, packed in ipairs(redis.call('HMGET', CALLS, unpack(found))) do
  answer[2 * at - 1], answer[2 * at] = found[at], packed
end
return answer
