import { getEventListeners } from 'node:events';
import { nextTurn, startTimer, systemClock } from '../../lib/base/clock';
import { thrown } from '../thrown';

const LONGEST = 2 ** 31 - 1;
const reason = new Error('enough');

/** Whether a promise has resolved by now. */
async function has(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await jest.advanceTimersByTimeAsync(0);
  return done;
}

describe('the system clock', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('reads performance.now, that of fake timers too', () => {
    const before = systemClock.now();
    expect(before).toBe(performance.now());
    jest.advanceTimersByTime(5);
    expect(systemClock.now()).toBe(before + 5);
  });

  describe.each([
    ['without a signal', undefined],
    ['with one', new AbortController().signal],
  ])('%s', (_what, signal) => {
    test.each([1, 1000, LONGEST, LONGEST + 1, 3 * LONGEST])('sleeps %d ms', async (ms) => {
      const sleep = systemClock.sleep(ms, signal);
      await jest.advanceTimersByTimeAsync(ms - 1);
      expect(await has(sleep)).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(await has(sleep)).toBe(true);
      expect(jest.getTimerCount()).toBe(0);
      if (signal) expect(getEventListeners(signal, 'abort')).toEqual([]);
    });

    test('does not wake a part of a millisecond early', () => {
      const set = jest.spyOn(globalThis, 'setTimeout');
      void systemClock.sleep(1.2, signal);
      expect(set.mock.calls[0]?.[1]).toBe(2);
      jest.runAllTimers();
    });

    test('ends with the timer where fake timers move and the clock does not, as those of node:test', async () => {
      jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(999.6);
      const sleep = systemClock.sleep(1000, signal);
      await jest.advanceTimersByTimeAsync(1000);
      expect(await has(sleep)).toBe(true);
    });

    test.each([0, -1, NaN])('lets the event loop turn for a sleep of %d', async (ms) => {
      const turn = nextTurn();
      expect(systemClock.sleep(ms, signal)).toBe(turn);
      await jest.advanceTimersByTimeAsync(1);
      await turn;
    });
  });

  test('does not begin to sleep when the signal has aborted', async () => {
    for (const ms of [0, 5]) expect(await thrown(systemClock.sleep(ms, AbortSignal.abort(reason)))).toBe(reason);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('wakes with the reason when the signal aborts, and leaves no timer behind', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(1000, controller.signal);
    jest.advanceTimersByTime(500);
    controller.abort(reason);
    expect(jest.getTimerCount()).toBe(0);
    expect(await thrown(sleep)).toBe(reason);
  });
});

test('the system clock of a second copy of the package is the same one, so that limits of both can be combined', () => {
  jest.isolateModules(() => {
    const copy = jest.requireActual<typeof import('../../lib/base/clock')>('../../lib/base/clock');
    expect(copy.nextTurn).not.toBe(nextTurn);
    expect(copy.systemClock).toBe(systemClock);
  });
});

describe('the first copy of the package in a process', () => {
  const KEY = Symbol.for('tenax.systemClock');
  const load = (use: (copy: typeof import('../../lib/base/clock')) => void, passAsPlatform = false): void => {
    Reflect.deleteProperty(globalThis, KEY);
    jest.useFakeTimers();
    // Fake timers are known by this.
    if (passAsPlatform) Reflect.deleteProperty(setTimeout, 'clock');
    jest.isolateModules(() => {
      use(jest.requireActual<typeof import('../../lib/base/clock')>('../../lib/base/clock'));
    });
  };
  afterEach(() => {
    jest.useRealTimers();
    Reflect.set(globalThis, KEY, systemClock);
  });

  test('makes the system clock that all others use', async () => {
    let sleep: Promise<void> | undefined;
    load((copy) => {
      expect(Reflect.get(globalThis, KEY)).toBe(copy.systemClock);
      expect(copy.systemClock).not.toBe(systemClock);
      expect(copy.systemClock.now()).toBe(performance.now());
      sleep = copy.systemClock.sleep(5);
    });
    jest.advanceTimersByTime(5);
    await expect(sleep).resolves.toBeUndefined();
  });

  test('sleeps until the clock shows the time, where the timer of the platform fires early', async () => {
    let sleep: Promise<void> = Promise.resolve();
    const now = jest.fn(() => 0);
    load((copy) => {
      jest.spyOn(performance, 'now').mockImplementation(now);
      sleep = copy.systemClock.sleep(1000, new AbortController().signal);
    }, true);
    now.mockReturnValue(999.6);
    await jest.advanceTimersByTimeAsync(1002);
    expect(await has(sleep)).toBe(false);
    now.mockReturnValue(1000);
    await jest.advanceTimersByTimeAsync(1);
    expect(await has(sleep)).toBe(true);
  });

  test('sleeps as long as fake timers that came before it say', async () => {
    let sleep: Promise<void> = Promise.resolve();
    load((copy) => {
      jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(999.6);
      sleep = copy.systemClock.sleep(1000, new AbortController().signal);
    });
    await jest.advanceTimersByTimeAsync(1000);
    expect(await has(sleep)).toBe(true);
  });

  // The platform's timers fire up to a millisecond early.
  test.each([
    [1000, 1001],
    [LONGEST - 1, LONGEST],
    [LONGEST - 0.5, LONGEST],
  ])('sleeps without a signal for %d ms with a timer of the platform of %d ms', (ms, timer) => {
    const { setTimeout } = globalThis;
    const native = jest.fn<undefined, [() => void, number]>();
    Reflect.deleteProperty(globalThis, KEY);
    Reflect.set(globalThis, 'setTimeout', native);
    jest.isolateModules(() => {
      void jest.requireActual<typeof import('../../lib/base/clock')>('../../lib/base/clock').systemClock.sleep(ms);
    });
    globalThis.setTimeout = setTimeout;
    expect(native.mock.calls).toEqual([[expect.any(Function), timer]]);
  });

  test('sets no timer for longer than setTimeout can wait', () => {
    load((copy) => {
      const set = jest.spyOn(globalThis, 'setTimeout');
      copy.setTimer(Infinity, () => undefined);
      expect(set.mock.calls[0]?.[1]).toBe(LONGEST);
    });
  });
});

test('a sleep refuses anything but a signal, and leaves no timer that would fail later', async () => {
  jest.useFakeTimers();
  const error = await thrown<Error>(systemClock.sleep(10, new AbortController() as never));
  expect(error).toEqual(new TypeError('sleep: signal takes an AbortSignal, got an instance of AbortController'));
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test('a timer on a clock whose sleep returns no Promise is refused', () => {
  const clock = { now: () => 0, sleep: () => undefined as never };
  expect(() => startTimer(clock, 5, () => undefined)).toThrow(
    new TypeError('sleep of the clock must return a Promise, it returned undefined'),
  );
});
