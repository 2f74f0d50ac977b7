-- Follows pool.lua where a batch of sessions is served: reads what the whole batch needs in a few commands, keeps what it
-- changes, and writes that in a few at the end. Within a script nobody else sees the difference.

-- What is known: by session its number (false: none); by number its packed lease (false: none), how it stands (false: not
-- of this pool) and the end of its exclusivity.
local own, leases, standings, ends = {}, {}, {}, {}
-- What is to be written, as arguments of one command each.
local own_changed, leases_changed, slots_changed = {}, {}, {}
-- Numbers in order, with their scores: as many as the batch has rows, since each row takes one at most.
local in_order, next_in_order, batch_size

local function read_leases(numbers)
  if #numbers == 0 then return end
  for at, packed in ipairs(redis.call('HMGET', LEASE, unpack(numbers))) do leases[numbers[at]] = packed end
end

local function read_slots(numbers)
  if #numbers == 0 then return end
  for at, score in ipairs(redis.call('ZMSCORE', ORDER, unpack(numbers))) do
    if score then standings[numbers[at]], ends[numbers[at]] = 'active', tonumber(score) end
  end
end

local function open_desk(sessions)
  batch_size = #sessions
  if batch_size == 0 then return end
  local numbers = {}
  for at, number in ipairs(redis.call('HMGET', SESSION, unpack(sessions))) do
    own[sessions[at]] = number
    if number then numbers[#numbers + 1] = number end
  end
  read_leases(numbers)
  read_slots(numbers)
end

local function number_of(session) return own[session] end

local function put_number_of(session, number) own[session], own_changed[session] = number, true end

-- Forgets that a session has this number; another number it may have stays.
local function unlink_own(session, number)
  if own[session] == nil then own[session] = redis.call('HGET', SESSION, session) end
  if own[session] == number then put_number_of(session, false) end
end

local function lease_of(number)
  if leases[number] == nil then leases[number] = redis.call('HGET', LEASE, number) end
  return leases[number]
end

local function put_lease(number, packed) leases[number], leases_changed[number] = packed, true end

-- How a number stands and the end of its exclusivity; false if the pool has no such number.
local function slot_of(number)
  if standings[number] == nil then
    local standing, exclusive_until = slot(number)
    standings[number], ends[number] = standing or false, exclusive_until
  end
  return standings[number], ends[number]
end

local function put_slot(number, standing, exclusive_until)
  standings[number], ends[number], slots_changed[number] = standing, exclusive_until, true
end

-- Suffixes looked at before a rested one is taken, and in all before the pool counts as empty for now; as in
-- embedded/ledger/suffixes.rs.
local LOOKS, LOOKS_IN_ALL = 64, 4096
local page, next_in_page, saved_cursor = {}, 1, cursor
local known_suffixes

-- The number at the cursor, which moves on, and whether it is kept.
local function next_suffix()
  if next_in_page > #page then
    local numbers, suffix = {}, cursor
    for at = 1, LOOKS do
      numbers[at] = SUFFIX_BASE .. string.format('%0' .. SUFFIX_DIGITS .. '.0f', suffix)
      suffix = (suffix + SUFFIX_STRIDE) % SUFFIXES
    end
    local active = redis.call('ZMSCORE', ORDER, unpack(numbers))
    local withdrawn = redis.call('ZMSCORE', WITHDRAWN, unpack(numbers))
    page, next_in_page = {}, 1
    for at, number in ipairs(numbers) do page[at] = { number, active[at] or withdrawn[at] } end
  end
  local number, is_kept = unpack(page[next_in_page])
  next_in_page, cursor = next_in_page + 1, (cursor + SUFFIX_STRIDE) % SUFFIXES
  return number, is_kept or slots_changed[number]
end

-- The next suffix number of which nothing is known; nil if those that follow are all known.
local function unknown_suffix(looks)
  known_suffixes = known_suffixes or redis.call('ZCARD', ORDER) + redis.call('ZCARD', WITHDRAWN)
  if known_suffixes >= SUFFIXES then return end
  for _ = 1, looks do
    local number, is_known = next_suffix()
    if not is_known then
      known_suffixes = known_suffixes + 1
      return number
    end
  end
end

-- The number that has been free the longest, and since when; nil if none is free.
local function next_rested()
  if not in_order then
    in_order, next_in_order = redis.call('ZRANGE', ORDER, 0, batch_size - 1, 'WITHSCORES'), 1
    local unread = {}
    for at = 1, #in_order, 2 do
      if leases[in_order[at]] == nil then unread[#unread + 1] = in_order[at] end
    end
    read_leases(unread)
  end
  while in_order[next_in_order] do
    local number, free_since = in_order[next_in_order], tonumber(in_order[next_in_order + 1])
    if free_since > now then return end
    next_in_order = next_in_order + 2
    -- Taken by an earlier row of this batch otherwise.
    if not slots_changed[number] then return number, free_since end
  end
end

-- The number to grant next, and since when it is free; nil if none is.
local function next_free()
  if not SUFFIX_BASE then return next_rested() end
  local number, free_since = unknown_suffix(LOOKS), 0
  if not number then number, free_since = next_rested() end
  if not number then number, free_since = unknown_suffix(LOOKS_IN_ALL - LOOKS), 0 end
  return number, free_since
end

local function write_all()
  if cursor ~= saved_cursor then redis.call('HSET', META, 'cursor', int(cursor)) end
  local links, unlinks, packed, active, withdrawn = {}, {}, {}, {}, {}
  for session in pairs(own_changed) do
    local number = own[session]
    if number then
      links[#links + 1], links[#links + 2] = session, number
    else
      unlinks[#unlinks + 1] = session
    end
  end
  for number in pairs(leases_changed) do packed[#packed + 1], packed[#packed + 2] = number, leases[number] end
  for number in pairs(slots_changed) do
    local scores = standings[number] == 'active' and active or withdrawn
    scores[#scores + 1], scores[#scores + 2] = int(ends[number]), number
  end
  if #unlinks > 0 then redis.call('HDEL', SESSION, unpack(unlinks)) end
  if #links > 0 then redis.call('HSET', SESSION, unpack(links)) end
  if #packed > 0 then redis.call('HSET', LEASE, unpack(packed)) end
  if #active > 0 then redis.call('ZADD', ORDER, unpack(active)) end
  if #withdrawn > 0 then redis.call('ZADD', WITHDRAWN, unpack(withdrawn)) end
end
