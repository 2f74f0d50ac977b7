-- Keeps a call, if it is still the one that was read.
--
-- ARGV[2]  the call
-- ARGV[3]  the revision that was read, 0 for none
-- ARGV[4]… number, begin, end or '', keyed hash of the caller or '', destination or '', record
-- ARGV[10] how many calls the destination takes, or ''
-- Returns  the new revision; 0 if it is not the one that was read; -1 if the destination is occupied

save_clock()
local call, read_revision, capacity = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[10])
local known = unpack_call(redis.call('HGET', CALLS, call))
if (known and known.revision or 0) ~= read_revision then return 0 end

local kept = {
  number = ARGV[4], began_at = tonumber(ARGV[5]), ended_at = ARGV[6], caller = ARGV[7], destination = ARGV[8],
  revision = read_revision + 1,
}
local at_most = kept.began_at + MAX_CALL
local pins_until = kept.ended_at == '' and at_most or math.min(tonumber(kept.ended_at) + AFTER_CALL, at_most)
pins_until = math.min(pins_until, now + MAX_CALL)
-- A pin that is over stays over, whatever else is told; one that runs ends now at the earliest.
if known then
  pins_until = known.pinned_until > now and math.max(pins_until, now) or known.pinned_until
end
kept.pinned_until = pins_until

free_past()
if capacity and is_occupying(kept) then
  local in_use = tonumber(redis.call('HGET', IN_USE, kept.destination) or '0')
  local is_there = known and known.destination == kept.destination and redis.call('ZSCORE', OCCUPYING, call)
  if in_use - (is_there and 1 or 0) >= capacity then return -1 end
end

index(call, known, kept)
free(call, known)
redis.call('HSET', CALLS, call, join({ kept.number, int(kept.began_at), kept.ended_at, int(pins_until),
  int(kept.revision), kept.caller, kept.destination, ARGV[9] }))
if is_occupying(kept) then
  redis.call('ZADD', OCCUPYING, int(pins_until), call)
  redis.call('HINCRBY', IN_USE, kept.destination, 1)
end
if not known then redis.call('HINCRBY', META, 'begun', 1) end
repin(call, known, kept)
return kept.revision
