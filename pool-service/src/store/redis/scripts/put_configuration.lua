-- Replaces the configuration if it is still the version that was read. Stands alone, without the prelude.
--
-- KEYS[1]  the configuration hash
-- ARGV[1]  the version that was read
-- ARGV[2]  the new configuration, JSON
-- Returns  the new version; nil if somebody else was faster

local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return false end
redis.call('HSET', KEYS[1], 'json', ARGV[2])
return redis.call('HINCRBY', KEYS[1], 'version', 1)
