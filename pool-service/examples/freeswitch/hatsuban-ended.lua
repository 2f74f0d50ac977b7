-- Tells Hatsuban the end of each call. In autoload_configs/lua.conf.xml:
--   <hook event="CHANNEL_HANGUP_COMPLETE" script="hatsuban-ended.lua"/>
-- It needs mod_lua and mod_curl, and in vars.xml:
--   <X-PRE-PROCESS cmd="set" data="hatsuban_host=pool.example"/>
--   <X-PRE-PROCESS cmd="set" data="hatsuban_token=hb_…"/>   (scope calls:write)

-- A file of events that could not be told, for ../retell-calls.sh.
local UNTOLD = "/var/spool/freeswitch/hatsuban-untold.jsonl"

local api = freeswitch.API()

-- Only the leg that called: the other one is no call of its own.
if event:getHeader("Call-Direction") ~= "inbound" then return end
-- Set by the answer of the service, or by hatsuban-static.xml.
local asked = event:getHeader("variable_hatsuban_call")
if not asked and not event:getHeader("variable_hatsuban_number") then return end

-- Callers choose what their telephone sends: what is no digit is left out.
local function digits(text)
  return ((text or ""):gsub("[^%d+]", ""))
end

-- A Call-ID, where inbound-use-callid-as-uuid takes it for the call's name, is what the caller chose, too.
local function plain(text)
  return text and (text:gsub("[%c%s\"'\\]", ""))
end

-- FreeSWITCH's times are microseconds since 1970; 0 is never.
local function moment(name)
  local microseconds = tonumber(event:getHeader(name)) or 0
  if microseconds == 0 then return nil end
  local text = os.date("!%Y-%m-%dT%H:%M:%S", math.floor(microseconds / 1000000))
  return string.format("%s.%03dZ", text, math.floor(microseconds / 1000) % 1000)
end

local caller = digits(event:getHeader("Caller-Caller-ID-Number"))
if event:getHeader("Caller-Privacy-Hide-Number") == "true" or caller == "" then caller = "anonymous" end

local fields = {
  { "source", "freeswitch" },
  { "call_id", plain(event:getHeader("Unique-ID")) },
  { "event", "ended" },
  { "number", digits(event:getHeader("variable_hatsuban_number") or event:getHeader("Caller-Destination-Number")) },
  { "caller", caller },
  { "began_at", moment("Caller-Channel-Created-Time") },
  -- Two talk from when they are connected: a greeting is no talk.
  { "answered_at", moment("Caller-Channel-Bridged-Time") },
  { "at", moment("Caller-Channel-Hangup-Time") },
  { "hang_up_cause", event:getHeader("Hangup-Cause") },
}
local members = {}
for _, field in ipairs(fields) do
  local name, value = field[1], field[2]
  -- All that is left is plain: names, digits, times and FreeSWITCH's own words.
  if value then members[#members + 1] = string.format('"%s":"%s"', name, value) end
end
-- Without blanks, which would end an argument of curl.
local report = "{" .. table.concat(members, ",") .. "}"

-- The token is the password: mod_curl of older versions sends no header of ours.
local address = string.format("https://freeswitch:%s@%s/v1/calls",
  api:execute("global_getvar", "hatsuban_token"), api:execute("global_getvar", "hatsuban_host"))
local answer = api:execute("curl",
  address .. " connect-timeout 2 timeout 5 content-type application/json post " .. report)

if not (answer or ""):find('"call_id"', 1, true) then
  local file = io.open(UNTOLD, "a")
  if file then
    file:write(report, "\n")
    file:close()
  end
  freeswitch.consoleLog("err", "Hatsuban was not told: " .. report .. "\n")
end
