import { whenAborted } from '../../../lib/strategies/stop/when-aborted';
import { any, refuses } from '../refuses';
import { stateAt } from '../states';

test('stop.whenAborted stops once the signal is aborted', () => {
  const controller = new AbortController();
  const strategy = whenAborted(controller.signal);
  expect(strategy.shouldStop(stateAt(1))).toBe(false);
  controller.abort();
  expect(strategy.shouldStop(stateAt(1))).toBe(true);
});

describe('stop.whenAborted refuses what is no signal', () => {
  refuses([
    [
      new TypeError('stop.whenAborted takes an AbortSignal, got an instance of AbortController'),
      () => whenAborted(any(new AbortController())),
    ],
  ]);
});
