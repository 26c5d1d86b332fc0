import { afterDelay } from '../../../lib/strategies/stop/after-delay';
import { refuses } from '../refuses';
import { stateAt } from '../states';

test('stop.afterDelay stops once so much time has passed, whatever the next sleep', () => {
  const at = (elapsed: number) => afterDelay(100).shouldStop(stateAt(1, { elapsed, upcomingSleep: 1000 }));
  expect([99, 100, 101].map(at)).toEqual([false, true, true]);
});

test('stop.afterDelay counts no time before the attempt has ended', () => {
  const running = stateAt(1, { upcomingSleep: 5 });
  running.ended = undefined;
  expect([0, 1].map((ms) => afterDelay(ms).shouldStop(running))).toEqual([true, false]);
});

describe('stop.afterDelay refuses what is no duration', () => {
  refuses([
    [
      new RangeError('stop.afterDelay takes a duration in milliseconds (a finite number ≥ 0), got -1'),
      () => afterDelay(-1),
    ],
  ]);
});
