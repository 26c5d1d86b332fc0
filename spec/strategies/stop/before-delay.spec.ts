import { beforeDelay } from '../../../lib/strategies/stop/before-delay';
import { refuses } from '../refuses';
import { stateAt } from '../states';

test('stop.beforeDelay stops if the next sleep would end at that time or later', () => {
  const at = (upcomingSleep: number) => beforeDelay(100).shouldStop(stateAt(1, { elapsed: 60, upcomingSleep }));
  expect([39, 40, 41].map(at)).toEqual([false, true, true]);
});

test('stop.beforeDelay counts the sleep alone before the attempt has ended', () => {
  const running = stateAt(1, { upcomingSleep: 5 });
  running.ended = undefined;
  expect([5, 6].map((ms) => beforeDelay(ms).shouldStop(running))).toEqual([true, false]);
});

describe('stop.beforeDelay refuses what is no duration', () => {
  refuses([
    [
      new RangeError('stop.beforeDelay takes a duration in milliseconds (a finite number ≥ 0), got NaN'),
      () => beforeDelay(NaN),
    ],
  ]);
});
