-- Gives numbers with all that is known of them, each as it stands at this moment. Changes nothing.
--
-- ARGV     from 2 on numbers
-- Returns  for each: number, standing, end of exclusivity, packed lease or '', whether its session has the number (0 or
--          1), list of packed earlier leases. A number that the pool does not have any more is left out

local answer = {}
for at = 2, #ARGV do
  local number = ARGV[at]
  local standing, score = 'active', redis.call('ZSCORE', ORDER, number)
  if not score then
    standing, score = redis.call('HGET', STANDING, number), redis.call('ZSCORE', WITHDRAWN, number)
  end
  if score and standing then
    local lease = redis.call('HGET', LEASE, number) or ''
    local joined = lease ~= '' and redis.call('HGET', SESSION, split(lease)[HOLDER]) == number
    local past = redis.call('ZRANGE', HISTORY_OF .. number, 0, -1)
    answer[#answer + 1] = { number, standing, int(tonumber(score)), lease, joined and '1' or '0', past }
  end
end
return answer
