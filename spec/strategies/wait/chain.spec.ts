import { chain } from '../../../lib/strategies/wait/chain';
import { fixed } from '../../../lib/strategies/wait/fixed';
import { any, refuses } from '../refuses';
import { delays, stateAt } from '../states';

describe('wait.chain', () => {
  test('uses one wait after another, and repeats the last', () => {
    const strategy = chain(fixed(1), () => 2, fixed(3));
    expect(delays(strategy, 5)).toEqual([1, 2, 3, 3, 3]);
  });

  test('keeps its own count within another chain', () => {
    const nested = chain(chain(fixed(1), fixed(2)), fixed(3));
    expect(delays(nested, 3)).toEqual([1, 3, 3]);
    expect(String(nested)).toBe('wait.chain(wait.chain(wait.fixed(1), wait.fixed(2)), wait.fixed(3))');
  });

  test('uses its first wait before the first attempt has ended', () => {
    expect(chain(fixed(1), fixed(2)).delay(stateAt(0))).toBe(1);
  });

  describe('refuses', () => {
    const takes = 'a wait strategy (wait.fixed(1000)) or a function of the call state';
    refuses([
      [new TypeError(`wait.chain takes ${takes}, got null`), () => chain(any(null))],
      [new TypeError('wait.chain takes at least one strategy'), () => chain()],
    ]);
  });
});
