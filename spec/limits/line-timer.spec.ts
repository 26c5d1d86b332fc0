import { VirtualClock } from 'tenax/testing';
import { LineTimer } from '../../lib/limits/line-timer.js';

describe('LineTimer', () => {
  const clock = new VirtualClock();
  let timer: LineTimer;
  let woken: number[];
  const set = (wait: number | undefined): void =>
    timer.set(clock, clock.now(), wait, () => {
      woken.push(clock.now());
    });
  beforeEach(() => {
    timer = new LineTimer();
    woken = [];
  });

  test('wakes once, at the moment that was set last', async () => {
    const begun = clock.now();
    set(100);
    set(50);
    await clock.advance(200);
    expect(woken).toEqual([begun + 50]);
  });

  test('is not set again for the same moment', async () => {
    const sleep = jest.spyOn(clock, 'sleep');
    set(100);
    set(100);
    expect(sleep).toHaveBeenCalledTimes(1);
    await clock.advance(100);
    set(100);
    expect(sleep).toHaveBeenCalledTimes(2);
    timer.cancel();
    sleep.mockRestore();
  });

  test.each([['cancelled', () => timer.cancel()] as const, ['set to no time', () => set(undefined)] as const])(
    'that is %s does not wake',
    async (_what, end) => {
      set(10);
      end();
      await clock.advance(20);
      expect(woken).toEqual([]);
    },
  );

  test('is lost when the fake timers that it was set with are removed', () => {
    set(10);
    expect(timer.isLost).toBe(false);
    jest.useFakeTimers();
    expect(timer.isLost).toBe(true);
    jest.useRealTimers();
    timer.cancel();
    expect(timer.isLost).toBe(false);
  });
});
