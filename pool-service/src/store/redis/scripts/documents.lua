-- Follows the prelude in the scripts of documents.
--
-- KEYS[1]  the `meta` hash of a kind of documents; its other keys share its beginning and its hash tag

local TEXTS, NAMES, EXPIRING = BASE .. 'texts', BASE .. 'names', BASE .. 'expiring'

-- Revision and packed document; nil if there is none or it has expired.
local function read_document(key)
  local packed = redis.call('HGET', TEXTS, key)
  if not packed then return end
  local revision, expires_at = string.match(packed, '^(%d+)\t(%d*)\t')
  if expires_at == '' or now < tonumber(expires_at) then return tonumber(revision), packed end
end

local function forget_document(key)
  redis.call('ZREM', NAMES, key)
  redis.call('ZREM', EXPIRING, key)
  return redis.call('HDEL', TEXTS, key)
end
