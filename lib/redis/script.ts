import { KEPT_SCRIPT } from './kept-script.js';
import { STATE_SCRIPT } from './state-script.js';

/**
 * `stepLimits` of lib/limits/shared as a script: one command on all its keys, on the server's clock. A spec compares the two
 * on random histories. States are packed with cmsgpack, which keeps doubles exactly. The reply is text, since Redis truncates
 * numbers to integers.
 *
 * It uses only what Redis 6 has: GET, HEXISTS, SET with PX, TIME, TYPE, cjson, cmsgpack.
 */
export const SCRIPT = `${STATE_SCRIPT}${KEPT_SCRIPT}local states, standings = {}, {}
for i, key in ipairs(KEYS) do
  local part = command.parts[i]
  local kept, refusal = readState(key, 'claims')
  if refusal then return refusal end
  local s = kept or {
    level = part.initial, last = now, rate = part.rate, base = part.base, paused = now + part.hold,
    name = part.pause == part.hold and part.name or '', full = -1, doubt = 0, claims = {}, lapsed = {}, line = {},
    settled = {}
  }
  states[i] = s
  if now < s.last then shiftBack(s, s.last - now) end
  table.insert(part.done, { command.number, 0, 0 })
  endClaims(s, part)
  advance(s, part.capacity, now)
  settle(s, part)
  if part.left >= 0 then s.level = math.min(s.level, part.left) end
  if part.settle < 0 or part.left >= 0 then s.full = -1 end
  pause(s, part)
  rerate(s, part)
  standings[i] = leaveLine(s)
end

local total, spans, due = {}, {}, now
for i in ipairs(states) do total[i] = 0 end
for _, ask in ipairs(command.asks) do
  local at = due
  for i, s in ipairs(states) do
    if total[i] + ask[i] > command.parts[i].capacity then at = math.huge end
    if ask[i] > 0 then
      local moment, certainly = earliest(s, command.parts[i].capacity, total[i] + ask[i], standings[i])
      at = math.max(at, moment, certainly)
    end
  end
  if at > now + command.horizon then break end
  due = at
  table.insert(spans, at - now)
  for i in ipairs(states) do total[i] = total[i] + ask[i] end
end
for i, s in ipairs(states) do
  if total[i] > 0 then
    s.level = s.level - total[i]
    local lapse = due + command.valid
    local index = #s.claims + 1
    while index > 1 and s.claims[index - 1].lapse > lapse do index = index - 1 end
    table.insert(s.claims, index, { owner = owner, number = command.number, tokens = total[i], due = due, lapse = lapse })
    if command.line == 1 then learn(s, 0) end
  end
end

local place, ask = -1, command.asks[#spans + 1]
if ask then
  local at = now
  for i, s in ipairs(states) do
    if ask[i] > 0 then
      local moment, certainly = earliest(s, command.parts[i].capacity, ask[i], #spans == 0 and standings[i] or nil)
      at = math.max(at, moment, math.min(certainly, now + 5000))
    end
  end
  place = math.min(at - now, FOREVER)
  local refused = #spans == 0 and command.maxWait >= 0 and place > command.maxWait
  if command.line == 1 and not refused and place < FOREVER then
    for i, s in ipairs(states) do
      if ask[i] > 0 then
        local index = #s.line + 1
        while index > 1 and s.line[index - 1].at > at do index = index - 1 end
        table.insert(s.line, index, { owner = owner, tokens = ask[i], at = at, till = at + math.max(25000, command.valid) })
      end
    end
  end
end

local crowd, doubt, parts = 0, 0, {}
for i, s in ipairs(states) do
  local others, part = 0, command.parts[i]
  for _, p in ipairs(s.line) do if p.owner ~= owner then others = others + 1 end end
  crowd, doubt = math.max(crowd, others), math.max(doubt, s.doubt)
  table.insert(parts, string.format('%.17g %.17g %.17g', s.level, s.rate, math.max(0, s.paused - now)))
  local ends = math.max(s.last, s.paused)
  if s.rate == 0 or s.rate ~= s.base then
    ends = ends + FOREVER / 1000
  elseif s.level < part.capacity then
    ends = ends + (part.capacity - s.level) / s.rate * 1e6
  end
  for _, c in ipairs(s.claims) do ends = math.max(ends, c.lapse) end
  for _, p in ipairs(s.line) do ends = math.max(ends, p.till) end
  local keep = math.ceil(math.min(ends - s.last, FOREVER / 1000) / 1000) + 1000
  redis.call('SET', KEYS[i], cmsgpack.pack(s), 'PX', string.format('%.0f', keep))
end
for i, span in ipairs(spans) do spans[i] = string.format('%.17g', span) end
return string.format('%.17g %d %.17g\\n', place, crowd, doubt) .. table.concat(parts, ' ') .. '\\n' .. table.concat(spans, ' ')
`;
