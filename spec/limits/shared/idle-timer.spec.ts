import { VirtualClock } from 'tenax/testing';
import { systemClock } from '../../../lib/base/clock.js';
import { startIdleTimer } from '../../../lib/limits/shared/idle-timer.js';

describe('startIdleTimer', () => {
  test('calls back on a clock of the user', async () => {
    const clock = new VirtualClock();
    const callback = jest.fn();
    startIdleTimer(clock, 100, callback);
    await clock.advance(99);
    expect(callback).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('keeps no process alive on the real clock', () => {
    const unref = jest.fn();
    const timeout = jest.spyOn(globalThis, 'setTimeout').mockReturnValue({ unref } as never);
    startIdleTimer(systemClock, 100, () => undefined);
    expect(unref).toHaveBeenCalledTimes(1);
    timeout.mockRestore();
  });

  test('ignores spans that setTimeout does not accept', () => {
    const timeout = jest.spyOn(globalThis, 'setTimeout');
    startIdleTimer(systemClock, 2 ** 31, () => undefined);
    expect(timeout).not.toHaveBeenCalled();
    timeout.mockRestore();
  });
});
