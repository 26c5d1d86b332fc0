import { setTimeout as sleep } from 'node:timers/promises';
import { retry, Retrying, stop, wait, type RetryCallState } from 'tenax';
import { toMilliseconds, lazyNow } from '../../lib/base/clock';

const untilTheLoopTurns = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Keeps the processor busy, so that time passes within a turn of the event loop. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('A moment that is noted', () => {
  beforeEach(untilTheLoopTurns);

  test('lies between the reading of the clock before it and the one after', () => {
    const before = performance.now();
    const moment = lazyNow();
    const read = toMilliseconds(moment);
    expect(read).toBeGreaterThanOrEqual(before);
    expect(read).toBeLessThanOrEqual(performance.now());
    expect(toMilliseconds(moment)).toBe(read);
  });

  test('is read when the event loop turns, however late somebody asks', async () => {
    const moment = lazyNow();
    await untilTheLoopTurns();
    const turned = performance.now();
    busy(5);
    expect(toMilliseconds(moment)).toBeLessThanOrEqual(turned);
  });

  test('shares its reading with what is lazyNow until then, and not with what comes after', async () => {
    const [first, second] = [lazyNow(), lazyNow()];
    expect(second).toBe(first);
    const read = toMilliseconds(first);
    busy(2);
    expect(toMilliseconds(lazyNow())).toBeGreaterThanOrEqual(read + 2);
    await untilTheLoopTurns();
    expect(lazyNow()).not.toBe(first);
  });

  test('is read at once where somebody has replaced the global clock', () => {
    const spy = jest.spyOn(performance, 'now').mockReturnValue(42);
    try {
      expect(lazyNow()).toBe(42);
    } finally {
      spy.mockRestore();
    }
  });
});

describe('The times of a call on the system clock', () => {
  beforeEach(untilTheLoopTurns);

  test('count what an attempt takes', async () => {
    const states: [number, number | undefined][] = [];
    const note = (state: RetryCallState): void => void states.push([state.startTime, state.elapsed]);
    const before = performance.now();
    const wrapped = retry(
      async () => {
        await sleep(60); // Real time, since the system clock is what is tried; a busy machine reads it late.
        throw new Error('not yet');
      },
      { stop: stop.afterAttempt(2), after: note, reraise: true },
    );
    await expect(wrapped()).rejects.toThrow('not yet');
    expect(states).toHaveLength(2);
    const start = states[0]![0];
    const [first, second] = states.map(([, elapsed]) => elapsed ?? 0) as [number, number];
    expect(start).toBeGreaterThanOrEqual(before);
    expect(first).toBeGreaterThan(15);
    expect(second).toBeGreaterThan(first + 15);
    expect(wrapped.statistics).toMatchObject({ startTime: start, attemptNumber: 2, idleFor: 0 });
    expect(wrapped.statistics?.delaySinceFirstAttempt).toBeCloseTo(second, 6);
  });

  test('count work that never lets the event loop turn, where the policy measures time', async () => {
    const wrapped = retry(
      () => {
        busy(10);
        throw new Error('not yet');
      },
      { stop: stop.any(stop.afterAttempt(2), stop.afterDelay(60_000)), reraise: true },
    );
    await expect(wrapped()).rejects.toThrow('not yet');
    expect(wrapped.statistics?.delaySinceFirstAttempt).toBeGreaterThanOrEqual(20);
  });

  test('statistics are one object a call, kept up to date once somebody has asked', async () => {
    const retrying = new Retrying({ stop: stop.afterAttempt(3), wait: wait.fixed(1), reraise: true });
    const seen: unknown[] = [];
    const wrapped = retrying.wraps(async () => {
      seen.push(retrying.statistics);
      throw new Error('not yet');
    });
    await expect(wrapped()).rejects.toThrow('not yet');
    expect(new Set(seen).size).toBe(1);
    expect(retrying.statistics).toBe(seen[0]);
    expect(Object.keys(seen[0] as object)).toEqual(['startTime', 'attemptNumber', 'idleFor', 'delaySinceFirstAttempt']);
    expect(seen[0]).toMatchObject({ attemptNumber: 3, idleFor: 2 });
  });
});

describe('A strategy never looks at the time', () => {
  test.each([
    [stop.never, true],
    [stop.afterAttempt(3), true],
    [stop.afterDelay(3), false],
    [stop.beforeDelay(3), false],
    [stop.any(stop.afterAttempt(3), stop.whenAborted(new AbortController().signal)), true],
    [stop.all(stop.afterAttempt(3), stop.afterDelay(3)), false],
    [stop.any(() => false), false],
    [wait.exponential(), true],
    [wait.exponential().cappedAt(5), true],
    [wait.chain(wait.fixed(1), () => 2), false],
    [wait.retryAfter(), true],
    [wait.retryAfter({ fallback: () => 2 }), false],
  ])('%s: %s', (strategy, timeless) => {
    expect((strategy as { readsClock: boolean }).readsClock).toBe(!timeless);
  });
});
