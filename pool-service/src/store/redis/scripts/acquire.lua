-- Gets or keeps a number for each session, in order.
--
-- ARGV     from 2 on three for each row: session; the fields of a visitor from click_ids on, separated by tabs;
--          number, generation, granted_at and held_until of a claim, separated by tabs ('' without one)
-- Returns  the time, then a line for each row, fields separated by tabs:
--          renewed|regranted|granted|restored, short_cooldown (0 or 1), number, packed lease
--          overflow, number, until
--          exhausted
--
-- Repeating it is safe: a session that was granted a number is renewed on the same one.
--
-- In safe mode (epoch.lua) only promises that still run are kept: those that the store knows, and those that a claim
-- proves. Nobody gets a number that is merely free.

-- What a batch needs is read in a few commands and what it changes is written in a few: commands are what a script costs.

local MAX_SHOWN = 200
-- As in domain/visitor.rs.
local MAX_COOKIES, MAX_ATTRIBUTES, MAX_STATES = 30, 20, 2
local saved_generation = generation

local rows, sessions = {}, {}
for at = 2, #ARGV, 3 do
  local row = { session = ARGV[at], visitor = ARGV[at + 1], claim_generation = 0 }
  if ARGV[at + 2] ~= '' then
    local claim = split(ARGV[at + 2])
    row.claim_number, row.claim_generation = claim[1], tonumber(claim[2])
    row.claim_granted_at, row.claim_held_until = tonumber(claim[3]), tonumber(claim[4])
  end
  rows[#rows + 1], sessions[#sessions + 1] = row, row.session
end
open_desk(sessions)

local function lift_generation(at_least)
  if at_least > generation then generation = at_least end
end

-- Keys and values by turns, each ended by \31: known keys take their new values, new ones are added while there is room.
local function merged(old, new, room)
  if old == '' or new == '' then return old .. new end
  local parts, place_of = {}, {}
  local function put(key, value)
    local place = place_of[key] or #parts + 1
    if place <= room then place_of[key], parts[place] = place, key .. '\31' .. value .. '\31' end
  end
  for key, value in string.gmatch(old, '([^\31]*)\31([^\31]*)\31') do put(key, value) end
  for key, value in string.gmatch(new, '([^\31]*)\31([^\31]*)\31') do put(key, value) end
  return table.concat(parts)
end

-- What the page still knows replaces, what it lost stays. Leases of older versions end with PAGE or ATTRIBUTES, as do those
-- of visitors of whose consent nothing was said.
local function update_visitor(lease, row)
  local told = split(row.visitor)
  for field = CONSENT, CLICK_IDS, -1 do told[field] = told[field - CLICK_IDS + 1] end
  for field = VISITOR_ID, ATTRIBUTES do lease[field] = lease[field] or '' end
  for _, field in ipairs({ CLICK_IDS, PAGE, VISITOR_ID }) do
    if told[field] ~= '' then lease[field] = told[field] end
  end
  for _, field in ipairs({ LANDING_PAGE, REFERRER, FIRST_TOUCH }) do
    if lease[field] == '' then lease[field] = told[field] end
  end
  lease[COOKIES] = merged(lease[COOKIES], told[COOKIES], MAX_COOKIES)
  lease[ATTRIBUTES] = merged(lease[ATTRIBUTES], told[ATTRIBUTES], MAX_ATTRIBUTES)
  if told[CONSENT] then lease[CONSENT] = merged(lease[CONSENT] or '', told[CONSENT], MAX_STATES) end
end

local NOW = int(now)

-- A new lease of this row, packed.
local function new_lease(row, generation, held_until)
  return int(generation) .. '\t' .. NOW .. '\t' .. NOW .. '\t\t' .. int(held_until) .. '\t0\t' .. row.session .. '\t'
    .. row.visitor
end

-- What was promised before is never taken back.
local function extend(lease, row, until_at_least)
  lease[HEARD_AT], lease[LEFT_AT] = NOW, ''
  lease[HELD_UNTIL] = int(math.max(tonumber(lease[HELD_UNTIL]), until_at_least))
  update_visitor(lease, row)
end

-- Puts the latest lease of a number into the past; gives its fields.
local function supersede(number, ended_at)
  local packed = lease_of(number)
  if not packed then return end
  local former = split(packed)
  unlink_own(former[HOLDER], number)
  if former[IS_ANNOUNCED] == '0' then redis.call('ZADD', SUPERSEDED, int(ended_at), number .. '\t' .. packed) end
  redis.call('ZADD', HISTORY_OF .. number, former[GRANTED_AT], packed)
  return former
end

local function grant(number, free_since, row, how)
  local is_short = how ~= 'regranted' and free_since ~= 0 and now - free_since < COOLDOWN
  local former = supersede(number, free_since)
  local held_until = now + math.max(LEASE_LIFE, MIN_HOLD)
  lift_generation(generation + 1)
  local packed = new_lease(row, generation, held_until)
  if how == 'regranted' and former then
    local lease = split(packed)
    for field = CLICK_IDS, CONSENT do lease[field] = former[field] end
    update_visitor(lease, row)
    packed = join(lease)
  end
  put_lease(number, packed)
  put_number_of(row.session, number)
  put_slot(number, 'active', held_until)
  return how .. '\t' .. (is_short and '1' or '0') .. '\t' .. number .. '\t' .. packed
end

local function own_number(row)
  local number = number_of(row.session)
  if not number then return end
  local standing, exclusive_until = slot_of(number)
  if standing == 'disabled' then
    put_number_of(row.session, false)
    return
  end
  if now < exclusive_until then
    local lease = split(lease_of(number))
    -- The call that pins it may have ended unheard, and the number gone to another.
    if now >= tonumber(lease[HELD_UNTIL]) and is_safe_mode() then return end
    extend(lease, row, math.max(now + LEASE_LIFE, tonumber(lease[GRANTED_AT]) + MIN_HOLD))
    local packed, held_until = join(lease), tonumber(lease[HELD_UNTIL])
    put_lease(number, packed)
    if held_until > exclusive_until then put_slot(number, standing, held_until) end
    return 'renewed\t0\t' .. number .. '\t' .. packed
  end
  if standing == 'active' and now - exclusive_until <= AFFINITY and not is_safe_mode() then
    return grant(number, exclusive_until, row, 'regranted')
  end
end

-- Puts a claimed lease that was lost into the number's past; gives whether it is new there.
local function remember_lost(row, held_until)
  local lease = split(new_lease(row, row.claim_generation, held_until))
  local heard_at = math.min(now, row.claim_held_until - LEASE_LIFE)
  lease[GRANTED_AT], lease[HEARD_AT] = int(row.claim_granted_at), int(math.max(row.claim_granted_at, heard_at))
  lease[IS_ANNOUNCED] = '1'
  return redis.call('ZADD', HISTORY_OF .. row.claim_number, int(row.claim_granted_at), join(lease)) == 1
end

local function claimed_number(row)
  local promise_ends = row.claim_held_until
  if not row.claim_number or now >= promise_ends + AFFINITY or is_safe_mode() and now >= promise_ends then return end
  local standing, exclusive_until = slot_of(row.claim_number)
  local latest = lease_of(row.claim_number)
  latest = latest and split(latest)
  local is_lost = safe_until > 0 and not (latest and latest[HOLDER] == row.session)
  -- Shown by two at once until the older one, which this is, hears of it now.
  if is_lost and latest and now < promise_ends and tonumber(latest[GRANTED_AT]) >= row.claim_granted_at then
    if remember_lost(row, promise_ends) then redis.call('HINCRBY', META, 'overlaps', 1) end
    return
  end
  -- A later lease means that somebody was granted the number since.
  if latest and tonumber(latest[GENERATION]) > row.claim_generation then return end
  if standing ~= 'active' then return end
  local free_since, pinned = exclusive_until, 0
  -- In safe mode a call that pins the number may well be this visitor's own.
  if free_since > now and is_safe_mode() then
    free_since, pinned = latest and tonumber(latest[HELD_UNTIL]) or 0, free_since
  end
  if free_since <= now then
    if is_lost then remember_lost(row, math.min(now, promise_ends)) end
    local answer = grant(row.claim_number, free_since, row, 'restored')
    if pinned > now + math.max(LEASE_LIFE, MIN_HOLD) then put_slot(row.claim_number, 'active', pinned) end
    return answer
  end
end

local function next_number(row)
  -- Looking for a suffix moves on.
  if SUFFIX_BASE and is_safe_mode() then return end
  local number, free_since = next_free()
  if number and not is_safe_mode() then return grant(number, free_since, row, 'granted') end
end

local function overflow_number(row)
  local number = redis.call('HGET', META, 'overflow')
  if not number then return end
  local held_until = now + LEASE_LIFE
  local packed = redis.call('HGET', SHOWN, row.session)
  local shown = packed and split(packed)
  if shown and now < tonumber(shown[HELD_UNTIL]) then
    extend(shown, row, held_until)
    packed = join(shown)
  else
    packed = new_lease(row, 0, held_until)
  end
  redis.call('HSET', SHOWN, row.session, packed)
  redis.call('ZADD', SHOWN_ORDER, int(now), row.session)
  while redis.call('ZCARD', SHOWN_ORDER) > MAX_SHOWN do
    redis.call('HDEL', SHOWN, redis.call('ZPOPMIN', SHOWN_ORDER)[1])
  end
  return 'overflow\t' .. number .. '\t' .. int(held_until)
end

save_clock()
local answer = { int(now) }
for at, row in ipairs(rows) do
  lift_generation(row.claim_generation)
  answer[at + 1] = own_number(row) or claimed_number(row) or next_number(row) or overflow_number(row) or 'exhausted'
end
write_all()
if generation > saved_generation then redis.call('HSET', META, 'generation', int(generation)) end
return answer
