import { afterAttempt } from '../../../lib/strategies/stop/after-attempt';
import { refuses } from '../refuses';
import { stateAt } from '../states';

const stopsAt = (attempts: number, attemptNumber: number) => afterAttempt(attempts).shouldStop(stateAt(attemptNumber));

test('stop.afterAttempt stops once so many attempts were made', () => {
  expect([1, 2, 3, 4].map((attemptNumber) => stopsAt(3, attemptNumber))).toEqual([false, false, true, true]);
});

test('stop.afterAttempt of 0, as of 1, means one call', () => {
  expect([0, 1].map((attempts) => stopsAt(attempts, 1))).toEqual([true, true]);
});

describe('stop.afterAttempt refuses what is no whole number', () => {
  refuses([
    [new RangeError('stop.afterAttempt takes a whole number ≥ 0, got 1.5'), () => afterAttempt(1.5)],
    [new RangeError('stop.afterAttempt takes a whole number ≥ 0, got Infinity'), () => afterAttempt(Infinity)],
  ]);
});
