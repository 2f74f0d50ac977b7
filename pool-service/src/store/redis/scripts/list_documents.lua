-- Gives documents in the order of their keys. Changes nothing.
--
-- ARGV[2]  the lowest and ARGV[3] the highest key, as bounds of members
-- ARGV[4]  1 for the reverse order
-- ARGV[5]  how many
-- Returns  key and packed document by turns

local PAGE_SIZE, limit, offset = 100, tonumber(ARGV[5]), 0
local answer = {}
while #answer < 2 * limit do
  local page
  if ARGV[4] == '1' then
    page = redis.call('ZREVRANGEBYLEX', NAMES, ARGV[3], ARGV[2], 'LIMIT', offset, PAGE_SIZE)
  else
    page = redis.call('ZRANGEBYLEX', NAMES, ARGV[2], ARGV[3], 'LIMIT', offset, PAGE_SIZE)
  end
  if #page == 0 then break end
  offset = offset + PAGE_SIZE
  for _, key in ipairs(page) do
    local _, packed = read_document(key)
    if packed and #answer < 2 * limit then answer[#answer + 1], answer[#answer + 2] = key, packed end
  end
end
return answer
