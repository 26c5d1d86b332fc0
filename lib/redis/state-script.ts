/**
 * The first part of the script: the functions that change the state of one key. Names are those of lib/limits/shared
 * (`ledger.ts`, `line.ts`, `step-limits.ts`), where each function is explained.
 */
export const STATE_SCRIPT = `
local FOREVER, ROUNDING, REPEATED = 1e15, 1e-9, 6e7
local command = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local owner = command.owner

local function claimedTokens(s)
  local sum = 0
  for _, c in ipairs(s.claims) do sum = sum + c.tokens end
  return sum
end

local function shiftBack(s, by)
  s.last, s.paused = s.last - by, s.paused - by
  if s.full >= 0 then s.full = s.full - by end
  for _, c in ipairs(s.claims) do c.due, c.lapse = c.due - by, c.lapse - by end
  for _, c in ipairs(s.lapsed) do
    c.due, c.lapse = c.due - by, c.lapse - by
    if c.full >= 0 then c.full = c.full - by end
  end
  for _, p in ipairs(s.line) do p.at, p.till = p.at - by, p.till - by end
  for _, e in ipairs(s.settled) do e.at = e.at - by end
end

local function refill(s, capacity, to)
  local from = math.max(s.last, s.paused)
  if to > from then
    local room = capacity - claimedTokens(s) - s.level
    local gain = (to - from) * s.rate / 1e6
    if gain < room then
      s.level = s.level + gain
    else
      if s.full < 0 then s.full = room > 0 and from + room / s.rate * 1e6 or from end
      if room > 0 then s.level = s.level + room end
    end
    local left = math.max(0, room - gain)
    for _, c in ipairs(s.lapsed) do c.room = math.min(c.room, left) end
  end
  s.last = math.max(s.last, to)
end

local function addTokens(s, capacity, tokens)
  local room = math.max(0, capacity - claimedTokens(s) - s.level)
  local added = math.max(0, math.min(tokens, room))
  s.level = s.level + added
  for _, c in ipairs(s.lapsed) do c.room = math.min(c.room, room - added) end
end

local function advance(s, capacity, to)
  local c = s.claims[1]
  while c and c.lapse <= to do
    refill(s, capacity, c.lapse)
    table.remove(s.claims, 1)
    c.full, c.room = s.full, capacity - claimedTokens(s) - s.level
    table.insert(s.lapsed, c)
    s.full = -1
    c = s.claims[1]
  end
  refill(s, capacity, to)
  local kept = {}
  for _, l in ipairs(s.lapsed) do if l.room > ROUNDING then table.insert(kept, l) end end
  s.lapsed = kept
end

local function find(list, number)
  for i, c in ipairs(list) do if c.owner == owner and c.number == number then return i, c end end
end

local function giveBackLapsed(s, c, tokens)
  local back = math.min(tokens, c.room)
  s.level = s.level + back
  for _, each in ipairs(s.lapsed) do each.room = each.room - back end
end

local function takeClaim(s, capacity, i, at)
  table.remove(s.claims, i)
  if s.full >= 0 then
    local since = math.max(0, s.last - math.max(at, s.full, s.paused))
    local room = capacity - claimedTokens(s) - s.level
    s.level = s.level + math.min(math.max(0, room), since * s.rate / 1e6)
  end
  s.full = -1
end

local function endClaims(s, part)
  for _, d in ipairs(part.done) do
    local number, taken = d[1], d[2]
    local i, c = find(s.claims, number)
    if c then
      s.level = s.level + c.tokens - taken
      c.tokens = taken
      if taken <= 0 then table.remove(s.claims, i) end
    else
      i, c = find(s.lapsed, number)
      if c then
        giveBackLapsed(s, c, c.tokens - taken)
        if taken <= 0 then table.remove(s.lapsed, i) end
      end
    end
  end
  for _, d in ipairs(part.done) do
    local number, taken, late = d[1], d[2], d[3]
    if taken > 0 then
      local i, c = find(s.claims, number)
      if c then
        local at = math.min(c.due + late, c.lapse, now)
        if at > s.last then advance(s, part.capacity, at) end
        i, c = find(s.claims, number)
        if c then takeClaim(s, part.capacity, i, at) end
      end
      i, c = find(s.lapsed, number)
      if c then
        if c.full >= 0 then
          local from = math.max(math.min(c.due + late, c.lapse), c.full, s.paused)
          giveBackLapsed(s, c, math.max(0, c.lapse - from) * s.rate / 1e6)
        end
        table.remove(s.lapsed, i)
      end
    end
  end
end

local function learn(s, missed) s.doubt = s.doubt + (missed - s.doubt) / 8 end

local function moveLine(s, to)
  for _, p in ipairs(s.line) do
    local moved = to(p.at)
    p.till = p.till + (moved - p.at)
    p.at = moved
  end
end

local function keepPromises(s, capacity, rate)
  local due = s.last
  for _, c in ipairs(s.claims) do due = math.max(due, c.due) end
  local coming = (due - math.max(s.last, s.paused)) * rate / 1e6
  if coming > 0 and s.level < 0 then addTokens(s, capacity, math.min(-s.level, coming)) end
end

local function settle(s, part)
  local tokens, kept = part.settle, {}
  if tokens == 0 then return end
  for _, e in ipairs(s.settled) do
    if e.owner ~= owner then
      if e.at > now - REPEATED then table.insert(kept, e) end
    elseif e.number >= command.number then
      return
    end
  end
  table.insert(kept, { owner = owner, number = command.number, at = now })
  s.settled = kept
  if tokens < 0 then
    s.level = s.level + tokens
  elseif tokens > 0 then
    addTokens(s, part.capacity, tokens)
  end
end

local function pause(s, part)
  if part.pause < 0 then return end
  local ends = now + part.pause
  if part.name == s.name then
    s.paused = math.min(s.paused, ends)
  elseif part.pause > 0 and ends > s.paused then
    local from = math.max(now, s.paused)
    moveLine(s, function(at) return at + ends - from end)
    s.paused, s.name = ends, part.name
  end
end

local function rerate(s, part)
  local isNew = part.assigned >= 2 and part.base ~= s.base
  if isNew then s.base = part.base end
  if (not isNew and part.assigned % 2 == 0) or part.rate == s.rate then return end
  local old = s.rate
  keepPromises(s, part.capacity, math.max(0, old - part.rate))
  local start = math.max(now, s.paused)
  if part.rate > 0 then
    moveLine(s, function(at) return at > start and start + (at - start) * old / part.rate or at end)
  end
  s.rate = part.rate
  if s.full >= 0 then s.full = now end
  for _, c in ipairs(s.lapsed) do c.full = -1 end
end

local function leaveLine(s)
  local kept, standing, ahead = {}, nil, 0
  for _, p in ipairs(s.line) do
    if command.line == 1 and p.owner == owner then
      standing = { tokens = p.tokens, ahead = ahead }
      if #command.asks == 0 then learn(s, 1) end
    elseif p.till >= now then
      ahead = ahead + p.tokens
      table.insert(kept, p)
    else
      learn(s, 1)
    end
  end
  s.line = kept
  return standing
end

local function certain(s, capacity, need, start)
  local level, at, claimed = s.level, start, claimedTokens(s)
  for _, c in ipairs(s.claims) do
    if need <= capacity - claimed + ROUNDING then break end
    local full = math.max(level, capacity - claimed)
    if c.lapse > at then
      level = math.min(full, level + (c.lapse - at) * s.rate / 1e6)
      at = c.lapse
    end
    claimed = claimed - c.tokens
  end
  local missing = need - level
  return missing <= ROUNDING and at or at + missing / s.rate * 1e6
end

local function earliest(s, capacity, need, standing)
  if s.rate == 0 then return now + FOREVER, now + FOREVER end
  local start = math.max(now, s.paused)
  local sum, ahead = 0, 0
  for _, p in ipairs(s.line) do
    sum = sum + p.tokens
    local spare = s.level + math.max(0, p.at - start) * s.rate / 1e6 - sum
    if spare + s.rate * 100 / 1e6 < need then ahead = sum end
  end
  if standing and need <= standing.tokens then ahead = math.min(ahead, standing.ahead) end
  local missing = need + ahead - s.level
  local moment = missing <= ROUNDING and start or start + missing / s.rate * 1e6
  return moment, certain(s, capacity, math.min(capacity, need + ahead), start)
end

`;
