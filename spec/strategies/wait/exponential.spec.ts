import { exponential } from '../../../lib/strategies/wait/exponential';
import { any, refuses } from '../refuses';
import { delays, stateAt } from '../states';
import { exponentialOptions, refusesWrongOptions } from './wrong-options';

describe('wait.exponential', () => {
  test('begins at initial, doubles, and stays within min and max', () => {
    expect(delays(exponential(), 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(delays(exponential({ initial: 10, expBase: 3, max: 50, min: 20 }), 4)).toEqual([20, 30, 50, 50]);
  });

  test('ends at max, or at the largest number', () => {
    expect(exponential().delay(stateAt(5000))).toBe(Number.MAX_VALUE);
    expect(exponential({ max: 7 }).delay(stateAt(5000))).toBe(7);
  });

  test('stays 0 where initial is 0, and has its first delay alone where the base is 0', () => {
    expect(exponential({ initial: 0 }).delay(stateAt(5000))).toBe(0);
    expect(delays(exponential({ initial: 8, expBase: 0 }), 3)).toEqual([8, 0, 0]);
    expect(delays(exponential({ initial: 8, expBase: 0.5 }), 3)).toEqual([8, 4, 2]);
  });

  test('may have the same min and max', () => {
    expect(delays(exponential({ min: 5, max: 5 }), 2)).toEqual([5, 5]);
    expect(delays(exponential({ expBase: 0, initial: 0, max: Infinity }), 2)).toEqual([0, 0]);
  });

  refusesWrongOptions('wait.exponential', exponential, exponentialOptions);

  describe('refuses', () => {
    refuses([
      [new RangeError('wait.exponential takes min ≤ max, got min 2 and max 1'), () => exponential({ min: 2, max: 1 })],
      [
        new TypeError('wait.exponential has no option "jitter"; it takes initial, max, expBase, min'),
        () => exponential(any({ jitter: 1 })),
      ],
    ]);
  });
});
