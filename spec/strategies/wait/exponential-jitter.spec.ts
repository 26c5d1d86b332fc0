import { exponentialJitter } from '../../../lib/strategies/wait/exponential-jitter';
import { refuses } from '../refuses';
import { delays, stateAt } from '../states';
import { exponentialOptions, finite, refusesWrongOptions } from './wrong-options';

describe('wait.exponentialJitter', () => {
  test('adds up to jitter milliseconds to the exponential delay, at most 1000 by default', () => {
    expect(delays(exponentialJitter(), 2, () => 0.5)).toEqual([1500, 2500]);
    expect(exponentialJitter({ initial: 0, jitter: 4 }).delay(stateAt(5000))).toBe(2);
  });

  test('stays within min and max, and is max at its cap', () => {
    expect(delays(exponentialJitter({ initial: 1000, max: 2000 }), 3, () => 0.5)).toEqual([1500, 2000, 2000]);
    expect(delays(exponentialJitter({ initial: 10, jitter: 0, min: 15 }), 2)).toEqual([15, 20]);
  });

  refusesWrongOptions('wait.exponentialJitter', exponentialJitter, { ...exponentialOptions, jitter: finite });

  describe('refuses', () => {
    refuses([
      [
        new RangeError('wait.exponentialJitter takes min ≤ max, got min 2 and max 1'),
        () => exponentialJitter({ min: 2, max: 1 }),
      ],
    ]);
  });
});
