import { fibonacci } from '../../../lib/strategies/wait/fibonacci';
import { delays, stateAt } from '../states';
import { duration, finite, refusesWrongOptions } from './wrong-options';

const MOST = Number.MAX_VALUE;

describe('wait.fibonacci', () => {
  test('waits for 1, 1, 2, 3 … times initial, up to max', () => {
    expect(delays(fibonacci({ initial: 10 }), 7)).toEqual([10, 10, 20, 30, 50, 80, 130]);
    expect(delays(fibonacci({ max: 2500 }), 4)).toEqual([1000, 1000, 2000, 2500]);
    expect(fibonacci({ max: 7 }).delay(stateAt(5000))).toBe(7);
  });

  test('stays 0 where initial is 0', () => {
    expect(fibonacci({ initial: 0 }).delay(stateAt(5000))).toBe(0);
  });

  test('reaches the largest of the numbers that a double can hold, then the largest double', () => {
    expect(fibonacci({ initial: 1 }).delay(stateAt(1476))).toBe(1.3069892237633987e308);
    expect(fibonacci({ initial: 1 }).delay(stateAt(1477))).toBe(MOST);
    expect(fibonacci().delay(stateAt(1e6))).toBe(MOST);
  });

  refusesWrongOptions('wait.fibonacci', fibonacci, { initial: finite, max: duration });
});
