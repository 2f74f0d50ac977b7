-- Writes a document, if it is still the one that was read.
--
-- ARGV[2]  its key
-- ARGV[3]  the revision that was read, 0 for none; '' to write whatever it was
-- ARGV[4]  when it expires, or ''
-- ARGV[5]  the text
-- Returns  whether it did (0 or 1)

save_clock()
local key, read_revision, expires_at = ARGV[2], ARGV[3], ARGV[4]
local revision = read_document(key) or 0
if read_revision ~= '' and tonumber(read_revision) ~= revision then return 0 end
redis.call('HSET', TEXTS, key, join({ int(revision + 1), expires_at, ARGV[5] }))
redis.call('ZADD', NAMES, '0', key)
if expires_at == '' then redis.call('ZREM', EXPIRING, key) else redis.call('ZADD', EXPIRING, expires_at, key) end
return 1
