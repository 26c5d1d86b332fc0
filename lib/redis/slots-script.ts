import { KEPT_SCRIPT } from './kept-script.js';

/**
 * The script that keeps the slots of all processes under one key, on the server's clock in microseconds. Each command of a
 * process has a higher number than the one before and says how many slots the process holds. A command that arrives late or
 * twice changes nothing. A process keeps its slots for `lease` after its last command. After that it gets them back only if
 * they are still free.
 *
 * Waiting processes form a line. A process that does not ask again within `patience` leaves it. If the first caller of a
 * process wants more than the current limit, the process keeps its place, and the processes behind it pass.
 */
export const SLOTS_SCRIPT = `${KEPT_SCRIPT}local c = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local kept, refusal = readState(KEYS[1], 'holders')
if refusal then return refusal end
local s = kept or { last = now, limit = c.limit, base = c.base, paused = now + c.hold, holders = {}, line = {} }

if now < s.last then
  local by = s.last - now
  s.paused = s.paused - by
  for _, h in ipairs(s.holders) do h.till = h.till - by end
  for _, p in ipairs(s.line) do p.till = p.till - by end
end
s.last = now

if c.assigned >= 2 and c.base ~= s.base then s.base, s.limit = c.base, c.limit end
if c.assigned % 2 == 1 then s.limit = c.limit end
if c.pause > 0 then s.paused = math.max(s.paused, now + c.pause) end

local holders, own, used = {}, nil, 0
for _, h in ipairs(s.holders) do
  if h.till > now then
    if h.owner == c.owner then own = h else used = used + h.slots end
    table.insert(holders, h)
  end
end
if not own then
  own = { owner = c.owner, slots = 0, number = 0, till = 0 }
  if used + c.held <= s.limit then own.slots = c.held end
  table.insert(holders, own)
elseif c.number > own.number then
  own.slots = math.min(own.slots, c.held)
end
local stale = c.number <= own.number
own.number = math.max(own.number, c.number)
own.till = now + c.lease
s.holders = holders

local line, ahead, before = {}, 0, 0
local standing = false
for _, p in ipairs(s.line) do
  if p.owner == c.owner then
    if #c.asks > 0 then
      p.tokens, p.till, standing = c.asks[1], now + c.patience, true
      table.insert(line, p)
    end
  elseif p.till > now then
    if not standing and p.tokens <= s.limit then ahead = ahead + p.tokens end
    if not standing then before = before + 1 end
    table.insert(line, p)
  end
end

local granted = 0
if not stale and now >= s.paused then
  for _, tokens in ipairs(c.asks) do
    if used + own.slots + ahead + tokens > s.limit then break end
    own.slots = own.slots + tokens
    granted = granted + 1
  end
end
local next = c.asks[granted + 1]
local rest = {}
for _, p in ipairs(line) do if p.owner ~= c.owner or (granted == 0 and next) then table.insert(rest, p) end end
if next and c.waits == 1 and not (standing and granted == 0) then
  table.insert(rest, { owner = c.owner, tokens = next, till = now + c.patience })
end
s.line = rest

-- Without the state, each process would go back to the limit that it knows.
local ends = s.limit == s.base and s.paused or math.max(s.paused, now + 1e12)
local held = {}
for _, h in ipairs(s.holders) do
  if h.slots > 0 or h == own then table.insert(held, h) end
  ends = math.max(ends, h.till)
end
s.holders = held
redis.call('SET', KEYS[1], cmsgpack.pack(s), 'PX', string.format('%.0f', math.min(1e12, math.ceil(math.max(0, ends - now) / 1000)) + 1000))
return string.format('%d %.17g %.17g %.17g %.17g %d', granted, own.slots, used, s.limit, math.max(0, s.paused - now), before)
`;
