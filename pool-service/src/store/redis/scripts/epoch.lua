-- Follows pool.lua in the scripts that must not trust their own memory after a failover. Redis replicates late: a
-- promoted replica does not know the last grants of its primary, and its order would give away just those numbers.
--
-- `epoch` in the meta hash is the replication id under which the pool was last seen. Every start and every promotion of
-- a server has a new one; it is read within the script, so that no grant stands between the look and the deed. Where it
-- changed, everything since `seen`, the last time under the old one, is in doubt, and the pool is in safe mode until each
-- promise that may have been lost is over.

-- No server grants so many numbers unheard: what it lost has generations below those that follow.
local LOST_GENERATIONS = 1000000
local seen = tonumber(settings[11] or '0')
local replication, epoch, is_noticed

local function is_new_epoch()
  replication = redis.call('INFO', 'replication')
  local _, before = string.find(replication, 'master_replid:', 1, true)
  epoch = string.sub(replication, before + 1, before + 40)
  return epoch ~= saved_epoch
end

-- A primary also changes its id when a first replica comes, or the last one was away for long: nothing was lost then.
local function is_same_life(run_id)
  local never_promoted = string.find(replication, 'master_replid2:' .. string.rep('0', 40), 1, true)
  return never_promoted and run_id == redis.call('HGET', META, 'run_id')
end

-- Must come before whatever only the order speaks for, or a claim. A lease that runs needs no such look, which is not free.
local function notice_epoch()
  if is_noticed then return end
  is_noticed = true
  if is_new_epoch() then
    local run_id = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
    if saved_epoch and not is_same_life(run_id) then
      safe_until = math.max(safe_until, now + math.max(LEASE_LIFE, MIN_HOLD))
      generation = generation + LOST_GENERATIONS
      redis.call('HSET', META, 'safe_until', int(safe_until), 'generation', int(generation))
      redis.call('ZADD', DOUBTS, int(safe_until), int(seen) .. '\t' .. int(safe_until))
    end
    redis.call('HSET', META, 'epoch', epoch, 'run_id', run_id)
  end
  if now > seen then redis.call('HSET', META, 'seen', int(now)) end
end

local function is_safe_mode()
  notice_epoch()
  return now < safe_until
end
