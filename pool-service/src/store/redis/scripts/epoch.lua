-- Follows pool.lua in the scripts that must not trust their own memory after a failover. Redis replicates late: a
-- promoted replica does not know the last grants of its primary, and its order would give away just those numbers.
--
-- `epoch` in the meta hash is the replication id under which the pool was last seen. Every start and every promotion of
-- a server has a new one; it is read within the script, so that no grant stands between the look and the deed. Where it
-- changed, everything since `seen`, the last time under the old one, is in doubt, and the pool is in safe mode until each
-- promise that may have been lost is over.

local replication = redis.call('INFO', 'replication')
local _, before_epoch = string.find(replication, 'master_replid:', 1, true)
local epoch = string.sub(replication, before_epoch + 1, before_epoch + 40)
local is_new_epoch = saved_epoch and epoch ~= saved_epoch
local seen = tonumber(settings[11] or '0')

-- No server grants so many numbers unheard: what it lost has generations below those that follow.
local LOST_GENERATIONS = 1000000

-- A primary also changes its id when a first replica comes, or the last one was away for long: nothing was lost then.
local function is_same_life(run_id)
  local never_promoted = string.find(replication, 'master_replid2:' .. string.rep('0', 40), 1, true)
  return never_promoted and run_id == redis.call('HGET', META, 'run_id')
end

local function notice_epoch()
  if epoch == saved_epoch then
    -- In place of save_clock(), which comes next.
    if now > seen then redis.call('HSET', META, 'clock', int(now), 'seen', int(now)) end
    saved_clock = now
    return
  end
  local run_id = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  if saved_epoch and not is_same_life(run_id) then
    safe_until = math.max(safe_until, now + math.max(LEASE_LIFE, MIN_HOLD))
    generation = generation + LOST_GENERATIONS
    redis.call('HSET', META, 'safe_until', int(safe_until), 'generation', int(generation))
    redis.call('ZADD', DOUBTS, int(safe_until), int(seen) .. '\t' .. int(safe_until))
  end
  redis.call('HSET', META, 'epoch', epoch, 'run_id', run_id, 'seen', int(now))
end
