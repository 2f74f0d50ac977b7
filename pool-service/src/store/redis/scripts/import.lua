-- Carries out commands on keys of one pool, to take over what another store held. Needs no known pool. All commands set
-- values, so repeating them is safe. OCCUPY is none of Redis's own: its words are end, call and destination.
--
-- ARGV     from 2 on for each command: how many words follow, then the command, the key's name within the pool, the rest

local at = 2
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  local word, key = ARGV[at + 1], BASE .. ARGV[at + 2]
  if word == 'OCCUPY' then
    local till, call, destination = unpack(ARGV, at + 3, at + count)
    if redis.call('ZADD', key, till, call) == 1 then redis.call('HINCRBY', BASE .. 'in_use', destination, 1) end
  else
    redis.call(word, key, unpack(ARGV, at + 3, at + count))
  end
  at = at + count + 1
end
