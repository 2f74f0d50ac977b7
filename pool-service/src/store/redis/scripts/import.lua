-- Carries out commands on keys of one pool, to take over what another store held. Needs no known pool. All commands set
-- values, so repeating them is safe.
--
-- ARGV     from 2 on for each command: how many words follow, then the command, the key's name within the pool, the rest

local at = 2
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  redis.call(ARGV[at + 1], BASE .. ARGV[at + 2], unpack(ARGV, at + 3, at + count))
  at = at + count + 1
end
