import { createHash } from 'node:crypto';

/**
 * The whole bucket as one script on one key, on Redis' own clock in microseconds. The level may be negative: what is
 * reserved ahead. `last` lies ahead during a pause. The clock of a replica that took over may be behind: that counts as
 * no time. What passed before a new rate counts at the old one. A refusal writes nothing.
 *
 * What others have reserved ahead they take when they were told to, a pause or not, since nobody tells them of it. So a
 * pause moves nothing but what is reserved after it: that comes behind the pause and behind all that was reserved before.
 *
 * `turn` counts the reservations, and the pauses that came over some. What is given back counts only while there was no
 * such thing after it: what was reserved later comes as late as it was told, and the bucket may have been fuller, without
 * what is given back, than it can be.
 *
 * Numbers go out as text: Redis cuts a number to an integer, `tostring` to 14 digits.
 *
 * ARGV: rate/s, capacity, n, longest wait µs (-1: any), initial level, level given back, what is left by the server
 * (-1: unknown), pause µs, turn of what is given back. Answers: granted 0/1, wait µs, of which pause µs, level, turn.
 */
export const SCRIPT = `
local rate, capacity, n, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local initial, back, left, pause = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local state = redis.call('HMGET', KEYS[1], 'level', 'last', 'paused', 'rate', 'turn')
local level, last, paused = tonumber(state[1]) or initial, tonumber(state[2]) or now, tonumber(state[3]) or 0
local before, turn = tonumber(state[4]) or rate, tonumber(state[5]) or 0
if last > now and last > paused then now = last end
if now > last then
  level = math.min(capacity, level + (now - last) * before / 1000000)
  last = now
end
if back > 0 and turn == tonumber(ARGV[9]) then level = math.min(capacity, level + back) end
if left >= 0 then level = math.min(level, left) end
if pause > 0 and now + pause > paused then
  paused = now + pause
  if level < 0 then level, turn = math.min(0, level + (paused - last) * rate / 1000000), turn + 1 end
  last = paused
end
local hold = math.max(0, last - now)
local wait, after = hold, level - n
if after < -0.000000001 then
  if rate == 0 then wait = 1000000000000000 else wait = hold + math.ceil(-after / rate * 1000000) end
end
local granted = (longest < 0 or wait <= longest) and (rate > 0 or n == 0)
if granted then
  level = after
  if n > 0 then turn = turn + 1 end
end
if granted or back > 0 or pause > 0 or left >= 0 then
  redis.call('HSET', KEYS[1], 'level', string.format('%.17g', level), 'last', string.format('%.0f', last), 'paused', string.format('%.0f', paused), 'rate', ARGV[1], 'turn', string.format('%.0f', turn))
  local full = level < capacity and (capacity - level) / rate * 1000 or 0
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(1000000000000, hold / 1000 + full + 1000)))
end
return { granted and 1 or 0, string.format('%.0f', wait), string.format('%.0f', hold), string.format('%.17g', level), string.format('%.0f', turn) }
`;

export const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');
