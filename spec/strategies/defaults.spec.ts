import { anyError, never, none } from '../../lib/strategies/defaults';
import { answered, raised, stateAt } from './states';

test('by default a call waits for no time, never stops, and retries any error', () => {
  expect([none, never, anyError].map(String)).toEqual(['wait.none()', 'stop.never', 'retryIf.exception()']);
  expect(none.delay(stateAt(9))).toBe(0);
  expect(never.shouldStop(stateAt(9))).toBe(false);
  expect([raised('text'), answered(1)].map((state) => anyError.shouldRetry(state))).toEqual([true, false]);
});
