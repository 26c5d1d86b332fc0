import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { checkTokens, timeoutErrorIfOver } from '../../lib/limits/acquire-request';
import { thrown } from '../thrown';

const NUMBER = 'a finite number ≥ 0';

describe('acquire of a bucket with capacity 5', () => {
  test.each<[unknown, string]>([
    [-1, `acquire: tokens takes ${NUMBER}, got -1`],
    [Number.NaN, `acquire: tokens takes ${NUMBER}, got NaN`],
    [Infinity, `acquire: tokens takes ${NUMBER}, got Infinity`],
    ['2', `acquire: tokens takes ${NUMBER}, got "2"`],
    [null, `acquire: tokens takes ${NUMBER}, got null`],
    [5.001, 'acquire: tokens takes at most the capacity (5), got 5.001'],
  ])('cannot be %p tokens', async (tokens, message) => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock: new VirtualClock() });
    const error = await thrown<Error>(bucket.acquire(tokens as number));
    expect(error).toBeInstanceOf(typeof tokens === 'number' ? RangeError : TypeError);
    expect(error.message).toBe(message);
    expect(() => bucket.tryAcquire(tokens as number)).toThrow(new Error(message));
    expect(bucket.available).toBe(5);
  });

  test.each([0, 1e-9, 1, 5])('can be %d tokens', (tokens) => {
    expect(() => checkTokens(tokens, 5)).not.toThrow();
  });

  test('takes one token by default', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock: new VirtualClock() });
    await bucket.acquire();
    expect(bucket.available).toBe(4);
    bucket.tryAcquire();
    expect(bucket.available).toBe(3);
  });

  test('does not overtake a queue, however few tokens it wants', () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 2, clock: new VirtualClock() });
    void bucket.acquire(3);
    expect(bucket.tryAcquire(0.001)).toBe(false);
    void bucket.acquire(0.001);
    expect(bucket.pending).toBe(2);
    expect(bucket.available).toBe(2);
  });

  test('and settle name what is wrong', async () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    expect((await thrown<Error>(bucket.acquire(1, { priority: Number.NaN }))).message).toMatch(
      /^acquire: priority takes/,
    );
    expect(() => bucket.settle(-1, 1)).toThrow('settle: acquired takes');
    expect(() => bucket.settle(1, -1)).toThrow('settle: used takes');
    expect(() => new TokenBucket({ rate: 1, unit: 5 as never })).toThrow('TokenBucket: unit takes');
  });

  const SIGNAL = 'acquire: signal takes an AbortSignal, got an object';
  const WAIT = 'acquire: maxWait takes a duration in milliseconds (a number ≥ 0)';
  const OPTIONS = 'acquire: options takes an object with signal, maxWait, priority';
  test.each<[object, string]>([
    [null as never, `${OPTIONS}, got null`],
    [1 as never, `${OPTIONS}, got 1`],
    [{ maxwait: 1 }, 'acquire: options has no option "maxwait"; did you mean "maxWait"?'],
    [{ signal: {} }, SIGNAL],
    [{ maxWait: -1 }, `${WAIT}, got -1`],
    [{ maxWait: '1' }, `${WAIT}, got "1"`],
  ])('is refused with %j', async (options, message) => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    expect((await thrown<Error>(bucket.acquire(1, options))).message).toBe(message);
    expect(bucket.available).toBe(10);
  });

  test.each([
    {},
    { maxWait: 1000 },
    { maxWait: Infinity },
    { signal: new AbortController().signal },
    { signal: undefined, maxWait: undefined },
  ])('waits in the queue with %j', async (options) => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, initial: 0, clock });
    const granted = bucket.acquire(1, options);
    expect(bucket.pending).toBe(1);
    await clock.advance(101);
    await expect(granted).resolves.toBeCloseTo(100, 2);
  });
});

describe('maxWait of acquire', () => {
  test('refuses a wait only if it exceeds maxWait by more than a rounding error', () => {
    expect(timeoutErrorIfOver(100, 100)).toBeUndefined();
    expect(timeoutErrorIfOver(1e-6, 0)).toBeUndefined();
    expect(timeoutErrorIfOver(Infinity, Infinity)).toBeUndefined();
    expect(timeoutErrorIfOver(2e-6, 0)).toMatchObject({ wait: 2e-6, maxWait: 0 });
    expect(timeoutErrorIfOver(Infinity, 5)).toMatchObject({ wait: Infinity, maxWait: 5 });
  });

  test('counts the rest of a pause and the queue, but not callers that have left', async () => {
    const clock = new VirtualClock(7000);
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 0, clock });
    const predicted = (tokens: number): Promise<unknown> =>
      bucket.acquire(tokens, { maxWait: 0 }).catch(({ wait }: { wait: number }) => wait);
    await expect(predicted(1)).resolves.toBeCloseTo(100, 6);
    const controller = new AbortController();
    bucket.acquire(4, { signal: controller.signal }).catch(() => undefined);
    void bucket.acquire(3);
    await expect(predicted(1)).resolves.toBeCloseTo(800, 6);
    controller.abort();
    await expect(predicted(1)).resolves.toBeCloseTo(400, 6);
    bucket.pauseFor(1000);
    await expect(predicted(1)).resolves.toBeCloseTo(1400, 6);
    await clock.advance(2000);
    await expect(predicted(5)).resolves.toBeCloseTo(0, 6);
  });

  test('counts only the rest of the pause if there are enough tokens', async () => {
    const clock = new VirtualClock(7000);
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    bucket.pauseFor(1000);
    await clock.advance(300);
    await expect(bucket.acquire(1, { maxWait: 699 })).rejects.toMatchObject({ wait: 700 });
    const granted = bucket.acquire(1, { maxWait: 700 });
    await clock.advance(700);
    await expect(granted).resolves.toBe(700);
  });
});

describe('pauseFor', () => {
  test('accepts a duration, including Infinity', () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    const takes = 'pauseFor takes a duration in milliseconds (a number ≥ 0)';
    expect(() => bucket.pauseFor(-1)).toThrow(`${takes}, got -1`);
    expect(() => bucket.pauseFor(Number.NaN)).toThrow(`${takes}, got NaN`);
    expect(() => bucket.pauseFor('1' as never)).toThrow(`${takes}, got "1"`);
    bucket.pauseFor(Infinity);
    expect(bucket.tryAcquire()).toBe(false);
  });
});
