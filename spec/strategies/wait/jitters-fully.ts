import type { WaitStrategy } from '../../../lib/strategies/wait-strategy';
import { refuses } from '../refuses';
import { delays, stateAt } from '../states';
import { exponentialOptions, refusesWrongOptions } from './wrong-options';

/** Declares the tests of the wait that has two names, tenacity's and the usual one. */
export function jittersFully(name: string, factory: (options?: any) => WaitStrategy): void {
  describe(name, () => {
    test('waits for a random time from min to the exponential delay', () => {
      const strategy = factory({ initial: 100, max: 300, min: 50 });
      expect(delays(strategy, 3, () => 0)).toEqual([50, 50, 50]);
      const longest = delays(strategy, 3, () => 1 - Number.EPSILON) as number[];
      for (const [i, most] of [100, 200, 300].entries()) expect(longest[i]).toBeCloseTo(most, 9);
      expect(factory().delay(stateAt(5000))).toBe(Number.MAX_VALUE / 2);
    });

    refusesWrongOptions(name, factory, exponentialOptions);

    describe('refuses', () => {
      refuses([[new RangeError(`${name} takes min ≤ max, got min 2 and max 1`), () => factory({ min: 2, max: 1 })]]);
    });
  });
}
