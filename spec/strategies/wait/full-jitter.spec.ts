import { fullJitter } from '../../../lib/strategies/wait/full-jitter';
import { refuses } from '../refuses';
import { delays, stateAt } from '../states';
import { duration, factor, finite, refusesWrongOptions } from './wrong-options';

describe('wait.fullJitter', () => {
  test('waits for a random time from min to the exponential delay', () => {
    const strategy = fullJitter({ initial: 100, max: 300, min: 50 });
    expect(delays(strategy, 3, () => 0)).toEqual([50, 50, 50]);
    const longest = delays(strategy, 3, () => 1 - Number.EPSILON) as number[];
    for (const [i, most] of [100, 200, 300].entries()) expect(longest[i]).toBeCloseTo(most, 9);
    expect(fullJitter().delay(stateAt(5000))).toBe(Number.MAX_VALUE / 2);
  });

  refusesWrongOptions('wait.fullJitter', fullJitter, {
    initial: finite,
    max: duration,
    expBase: factor,
    min: finite,
  });

  describe('refuses', () => {
    refuses([
      [new RangeError('wait.fullJitter takes min ≤ max, got min 2 and max 1'), () => fullJitter({ min: 2, max: 1 })],
    ]);
  });
});
