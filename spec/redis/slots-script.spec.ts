import { SLOTS_SCRIPT } from '../../lib/redis/slots-script';
import { commandsOf, isBalanced, librariesOf } from './lua';

// spec/integration/redis-faults.long.spec.ts tries it on a server.
describe('SLOTS_SCRIPT', () => {
  test('uses only what Redis 6 has', () => {
    expect(commandsOf(SLOTS_SCRIPT)).toEqual(['GET', 'HEXISTS', 'SET', 'TIME', 'TYPE']);
    expect(librariesOf(SLOTS_SCRIPT)).toEqual(['cjson', 'cmsgpack', 'math', 'redis', 'string', 'table']);
  });

  test('reads each field of a command that SlotsLink sends', () => {
    const read = new Set(Array.from(SLOTS_SCRIPT.matchAll(/\bc\.(\w+)/g), ([, name]) => name));
    expect([...read].sort()).toEqual(
      ['asks', 'assigned', 'base', 'held', 'hold', 'lease', 'limit', 'number', 'owner', 'patience', 'pause', 'waits'],
    );
  }); // prettier-ignore

  test('keeps no slots without a time to live', () => {
    expect(SLOTS_SCRIPT).toMatch(/redis\.call\('SET', KEYS\[1\], cmsgpack\.pack\(s\), 'PX', /);
  });

  test('ends each block that it begins', () => {
    expect(isBalanced(SLOTS_SCRIPT)).toBe(true);
  });
});
