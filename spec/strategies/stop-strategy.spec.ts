import type { RetryCallState } from '../../lib/call/call-state';
import { StopStrategy, toStop } from '../../lib/strategies/stop-strategy';
import { afterAttempt } from '../../lib/strategies/stop/after-attempt';
import { never } from '../../lib/strategies/stop/never';
import { fixed } from '../../lib/strategies/wait/fixed';
import { any, refuses } from './refuses';
import { stateAt } from './states';

test('a stop of your own combines with other stops and with functions', () => {
  class Odd extends StopStrategy {
    shouldStop({ attemptNumber }: RetryCallState): boolean {
      return attemptNumber % 2 === 1;
    }
  }
  const odd = new Odd();
  expect(odd.family).toBe('stop');
  const oddOrTwo = odd.or((state) => state.attemptNumber === 2);
  expect([1, 2, 3].map((n) => oddOrTwo.shouldStop(stateAt(n)))).toEqual([true, true, true]);
  const oddAndThree = odd.and(afterAttempt(3));
  expect([1, 2, 3].map((n) => oddAndThree.shouldStop(stateAt(n)))).toEqual([false, false, true]);
});

describe('what is no stop is refused', () => {
  const takes = 'a stop strategy (stop.afterAttempt(6)) or a function of the call state';
  refuses([
    [new TypeError(`stop takes ${takes}, got 6`), () => toStop('stop', 6)],
    [new TypeError(`stop takes ${takes}, got the wait strategy wait.fixed(1)`), () => toStop('stop', fixed(1))],
    [new TypeError(`stop.and takes ${takes}, got 6`), () => never.and(any(6))],
    [new TypeError(`stop.or takes ${takes}, got 6`), () => never.or(any(6))],
    [new TypeError(`stop.or takes ${takes}, got null`), () => never.or(any(null))],
    [new TypeError(`stop.and takes ${takes}, got null`), () => never.and(any(null))],
  ]);
});
