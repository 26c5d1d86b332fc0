import { SCRIPT } from '../../lib/redis/script';
import { STATE_SCRIPT } from '../../lib/redis/state-script';
import { commandsOf, isBalanced, librariesOf } from './lua';

// script.long.spec.ts runs it on a server, and compares it with stepLimits.
describe('SCRIPT', () => {
  test('begins with the functions that change the state of a key', () => {
    expect(SCRIPT.startsWith(STATE_SCRIPT)).toBe(true);
  });

  test('uses only what Redis 6 has', () => {
    expect(commandsOf(SCRIPT)).toEqual(['GET', 'HEXISTS', 'SET', 'TIME', 'TYPE']);
    expect(librariesOf(SCRIPT)).toEqual(['cjson', 'cmsgpack', 'math', 'redis', 'string', 'table']);
  });

  test('uses only the keys that it is given, so that it can run on a Cluster', () => {
    const named = Array.from(SCRIPT.matchAll(/redis\.call\('(?!TIME)[A-Z]+', ([^,)]+)/g), ([, key]) => key);
    expect([...new Set(named)].sort()).toEqual(['KEYS[i]', 'key']);
    expect(SCRIPT).toContain('for i, key in ipairs(KEYS) do');
  });

  test('keeps no state without a time to live', () => {
    const kept = Array.from(SCRIPT.matchAll(/redis\.call\('SET', .*/g), ([call]) => call);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toContain("'PX', string.format('%.0f', keep))");
  });

  test('ends each block that it begins', () => {
    expect(isBalanced(SCRIPT)).toBe(true);
  });
});
