import { KEPT_SCRIPT } from '../../lib/redis/kept-script';
import { SCRIPT } from '../../lib/redis/script';
import { SLOTS_SCRIPT } from '../../lib/redis/slots-script';
import { commandsOf, isBalanced } from './lua';

// kept-script.long.spec.ts runs it on a server.
describe('KEPT_SCRIPT', () => {
  test('is all that either script reads with', () => {
    expect(commandsOf(KEPT_SCRIPT)).toEqual(['GET', 'HEXISTS', 'TYPE']);
    for (const script of [SCRIPT, SLOTS_SCRIPT]) {
      expect(commandsOf(script.replace(KEPT_SCRIPT, ''))).toEqual(['SET', 'TIME']);
    }
  });

  test('ends each block that it begins', () => {
    expect(isBalanced(KEPT_SCRIPT)).toBe(true);
  });
});
