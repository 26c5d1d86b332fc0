import { getEventListeners } from 'node:events';
import type { Clock } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { withTimeout } from '../../lib/engine/timeout';
import { thrown } from '../thrown';

const late = new Error('late');
const reason = new Error('enough');
const pending = (): Promise<never> => new Promise(() => undefined);

describe('Work that is cut off in time', () => {
  let clock: VirtualClock;
  let outer: AbortController;
  let signals: AbortSignal[];

  beforeEach(() => {
    clock = new VirtualClock();
    outer = new AbortController();
    signals = [];
  });

  const run = <T>(work: (signal: AbortSignal) => PromiseLike<T>, ms = 100): Promise<T> =>
    withTimeout({ clock, ms, signal: outer.signal, timeoutError: () => late }, (signal) => {
      signals.push(signal);
      return work(signal);
    });
  const left = () => ({ sleepers: clock.pending, listeners: getEventListeners(outer.signal, 'abort').length });
  const nothing = { sleepers: 0, listeners: 0 };

  test('answers what the work does, and leaves no timer and no listener', async () => {
    const answer = run(() => clock.sleep(50).then(() => 'done'));
    await clock.advance(0);
    expect(left()).toEqual({ sleepers: 2, listeners: 1 });
    await clock.advance(50);
    expect(await answer).toBe('done');
    expect(left()).toEqual(nothing);
    expect(signals[0]?.aborted).toBe(false);
  });

  test('fails as the work does, and leaves no timer and no listener', async () => {
    const failure = new Error('own');
    const error = thrown(run(() => clock.sleep(50).then(() => Promise.reject(failure))));
    await clock.advance(50);
    expect(await error).toBe(failure);
    expect(left()).toEqual(nothing);
  });

  test('fails when its time is over, and its signal aborts with that error', async () => {
    const error = thrown(run(pending));
    await clock.advance(99);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(await error).toBe(late);
    expect(signals[0]?.reason).toBe(late);
    expect(left()).toEqual(nothing);
  });

  test('fails when the caller aborts, and its signal aborts with the same reason', async () => {
    const error = thrown(run(pending));
    await clock.advance(50);
    outer.abort(reason);
    expect(await error).toBe(reason);
    expect(signals[0]?.reason).toBe(reason);
    await clock.advance(0);
    expect(left()).toEqual(nothing);
  });

  test('sets no timer when the caller aborts before there is one', async () => {
    const error = thrown(run(pending));
    outer.abort(reason);
    expect(await error).toBe(reason);
    await clock.advance(0);
    expect(left()).toEqual(nothing);
  });

  test('is not begun when the caller has aborted already', async () => {
    outer.abort(reason);
    expect(await thrown(run(pending))).toBe(reason);
    await clock.advance(0);
    expect(signals).toEqual([]);
    expect(left()).toEqual(nothing);
  });

  test('sees its signal abort after the failure is settled, so that what it does then is dropped', async () => {
    const error = thrown(
      run(
        (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('of the work'));
            });
          }),
      ),
    );
    await clock.advance(100);
    expect(await error).toBe(late);
  });

  test('needs no caller’s signal', async () => {
    const cut = thrown(withTimeout({ clock, ms: 100, signal: undefined, timeoutError: () => late }, pending));
    const done = withTimeout({ clock, ms: 100, signal: undefined, timeoutError: () => late }, async () => 'done');
    await clock.advance(100);
    expect(await cut).toBe(late);
    expect(await done).toBe('done');
  });
});

describe('The timer of such work', () => {
  /** A clock whose time is said, and that notes how long it is asked to sleep. */
  const noting = () => {
    const clock = {
      time: 0,
      slept: [] as number[],
      now: () => clock.time,
      sleep: async (ms: number) => {
        clock.slept.push(ms);
      },
    };
    return clock satisfies Clock;
  };

  test('is not set for work that settles at once', async () => {
    const clock = noting();
    await withTimeout({ clock, ms: 100, signal: undefined, timeoutError: () => late }, async () => undefined);
    await new Promise(setImmediate);
    expect(clock.slept).toEqual([]);
  });

  test.each([
    [30, 70],
    [100, 0],
    [130, 0],
  ])('counts the time that the work kept the process busy before: %i ms', async (busy, slept) => {
    const clock = noting();
    const work = (): Promise<never> => {
      clock.time += busy;
      return pending();
    };
    expect(await thrown(withTimeout({ clock, ms: 100, signal: undefined, timeoutError: () => late }, work))).toBe(late);
    expect(clock.slept).toEqual([slept]);
  });
});
