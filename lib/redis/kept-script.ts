/**
 * The part of both scripts that reads a key. `readState` returns nil for a key that does not exist, and for the hash in which
 * version 0.1 kept a bucket. It returns an error reply, which the script has to return at once, for a key that holds anything
 * but a state with the field `field`: the script must not overwrite what is not its own.
 */
export const KEPT_SCRIPT = `
local function readState(key, field)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' or (kind == 'hash' and redis.call('HEXISTS', key, 'turn') == 1) then return end
  if kind == 'string' then
    local readable, state = pcall(cmsgpack.unpack, redis.call('GET', key))
    if readable and type(state) == 'table' and state[field] then return state end
  end
  return nil, redis.error_reply('ERR the key ' .. key .. ' holds something else: give this limit a key of its own')
end
`;
