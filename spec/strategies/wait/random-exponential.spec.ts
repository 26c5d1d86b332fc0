import { randomExponential } from '../../../lib/strategies/wait/random-exponential';
import { refuses } from '../refuses';
import { delays, stateAt } from '../states';
import { duration, factor, finite, refusesWrongOptions } from './wrong-options';

describe('wait.randomExponential', () => {
  test('waits for a random time from min to the exponential delay', () => {
    const strategy = randomExponential({ initial: 100, max: 300, min: 50 });
    expect(delays(strategy, 3, () => 0)).toEqual([50, 50, 50]);
    const longest = delays(strategy, 3, () => 1 - Number.EPSILON) as number[];
    for (const [i, most] of [100, 200, 300].entries()) expect(longest[i]).toBeCloseTo(most, 9);
    expect(randomExponential().delay(stateAt(5000))).toBe(Number.MAX_VALUE / 2);
  });

  refusesWrongOptions('wait.randomExponential', randomExponential, {
    initial: finite,
    max: duration,
    expBase: factor,
    min: finite,
  });

  describe('refuses', () => {
    refuses([
      [
        new RangeError('wait.randomExponential takes min ≤ max, got min 2 and max 1'),
        () => randomExponential({ min: 2, max: 1 }),
      ],
    ]);
  });
});
