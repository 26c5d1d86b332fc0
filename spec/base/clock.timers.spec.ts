import { setTimer, startTimer, systemClock } from '../../lib/base/clock';
import { VirtualClock } from 'tenax/testing';

/** What `setTimeout` takes at most. */
const LONGEST = 2 ** 31 - 1;

afterEach(() => jest.useRealTimers());

describe('a timer', () => {
  beforeEach(() => jest.useFakeTimers());

  test.each([0, 5, LONGEST, LONGEST + 1, 2 * LONGEST, 2 * LONGEST + 7])('of %d ms comes then and not before', (ms) => {
    const callback = jest.fn();
    setTimer(ms, callback);
    if (ms > 0) jest.advanceTimersByTime(ms - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('of Infinity never comes', () => {
    const callback = jest.fn();
    const cancel = setTimer(Infinity, callback);
    jest.advanceTimersByTime(3 * LONGEST);
    expect(callback).not.toHaveBeenCalled();
    cancel();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('of a part of a millisecond does not come early', () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    setTimer(1.2, jest.fn());
    expect(set.mock.calls[0]?.[1]).toBe(2);
  });

  test.each([5, LONGEST + 5])('of %d ms does not come once it is cancelled', (ms) => {
    const callback = jest.fn();
    const cancel = setTimer(ms, callback);
    jest.advanceTimersByTime(ms - 1);
    cancel();
    jest.advanceTimersByTime(ms);
    expect(callback).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a timer on a clock', () => {
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  test('on the system clock is called back by the timer itself', () => {
    jest.useFakeTimers();
    const callback = jest.fn();
    startTimer(systemClock, 5, callback);
    startTimer(systemClock, 5, callback)();
    jest.advanceTimersByTime(5);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('on another comes when its time has passed there', async () => {
    const clock = new VirtualClock();
    const [callback, cancelled] = [jest.fn(), jest.fn()];
    startTimer(clock, 5, callback);
    startTimer(clock, 5, cancelled)();
    await clock.advance(4);
    expect(callback).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });

  test('is cancelled on a clock that ignores its signal too', async () => {
    let wake: () => void = () => undefined;
    const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => (wake = resolve)) };
    const callback = jest.fn();
    const cancel = startTimer(clock, 5, callback);
    cancel();
    wake();
    await settled();
    expect(callback).not.toHaveBeenCalled();
  });

  test('tells the clock of its length and its end', () => {
    const sleep = jest.fn(() => new Promise<void>(() => undefined));
    const cancel = startTimer({ now: () => 0, sleep }, 5, jest.fn());
    const [ms, signal] = sleep.mock.calls[0] as unknown as [number, AbortSignal];
    expect([ms, signal.aborted]).toEqual([5, false]);
    cancel();
    expect(signal.aborted).toBe(true);
  });

  test('does not come, and rejects nowhere, where the clock fails', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const callback = jest.fn();
    startTimer({ now: () => 0, sleep: () => Promise.reject(new Error('no time')) }, 5, callback);
    await settled();
    process.off('unhandledRejection', unhandled);
    expect([callback.mock.calls.length, unhandled.mock.calls.length]).toEqual([0, 0]);
  });
});
