-- Stores an access token, if the one of its id is still what was read. Stands alone, without the prelude.
--
-- KEYS[1]  the hash of access tokens
-- ARGV[1]  its id
-- ARGV[2]  what was read of it, JSON; '' for nothing
-- ARGV[3]  the token, JSON
-- Returns  whether it is stored (0 or 1); a second try finds its own first one and says so, too

local kept = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if kept ~= ARGV[2] and kept ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
