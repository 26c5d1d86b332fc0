import { incrementing } from '../../../lib/strategies/wait/incrementing';
import { delays, stateAt } from '../states';
import { duration, finite, refusesWrongOptions } from './wrong-options';

const MOST = Number.MAX_VALUE;

describe('wait.incrementing', () => {
  test('waits for 0, 100 000 … by default, else for start and increment more each time, up to max', () => {
    expect(delays(incrementing(), 3)).toEqual([0, 100_000, 200_000]);
    expect(delays(incrementing({ start: 10, increment: 5, max: 18 }), 3)).toEqual([10, 15, 18]);
  });

  test('ends at 0 with a negative increment', () => {
    expect(delays(incrementing({ start: 10, increment: -6 }), 3)).toEqual([10, 4, 0]);
  });

  test('ends at the largest number, at max, or at 0', () => {
    expect(incrementing({ start: MOST, increment: MOST }).delay(stateAt(3))).toBe(MOST);
    expect(incrementing({ start: 1, increment: MOST, max: 7 }).delay(stateAt(9))).toBe(7);
    expect(incrementing({ start: 1, increment: -MOST }).delay(stateAt(9))).toBe(0);
  });

  refusesWrongOptions('wait.incrementing', incrementing, {
    start: finite,
    increment: 'a finite number',
    max: duration,
  });
});
