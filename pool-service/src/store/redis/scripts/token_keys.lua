-- Gives the keys that sign lease tokens, after storing a first one if there is none. Stands alone, without the
-- prelude.
--
-- KEYS[1]  the hash of signing keys
-- ARGV[1]  id and ARGV[2] JSON of the first one
-- Returns  the keys, JSON

if redis.call('HLEN', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return redis.call('HVALS', KEYS[1])
