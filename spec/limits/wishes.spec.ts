import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { checkTokens, refusalOf } from '../../lib/limits/wish-checks';
import { thrown } from '../thrown';

const NUMBER = 'a number from 0 to 1.7976931348623157e+308';

describe('What is asked of a bucket of 5', () => {
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

  test('is one token unless said otherwise', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock: new VirtualClock() });
    await bucket.acquire();
    expect(bucket.available).toBe(4);
    bucket.tryAcquire();
    expect(bucket.available).toBe(3);
  });

  test('is not had past a queue, however small', () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, initial: 2, clock: new VirtualClock() });
    void bucket.acquire(3);
    expect(bucket.tryAcquire(0.001)).toBe(false);
    void bucket.acquire(0.001);
    expect(bucket.pending).toBe(2);
    expect(bucket.available).toBe(2);
  });

  const SIGNAL = 'acquire: signal takes an AbortSignal, got an object';
  const WAIT = 'acquire: maxWait takes a duration in milliseconds (a number ≥ 0)';
  test.each<[object, string]>([
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

describe('A wait', () => {
  test('is refused only if it is longer than maxWait by more than a rounding error', () => {
    expect(refusalOf(100, 100)).toBeUndefined();
    expect(refusalOf(1e-6, 0)).toBeUndefined();
    expect(refusalOf(Infinity, Infinity)).toBeUndefined();
    expect(refusalOf(2e-6, 0)).toMatchObject({ wait: 2e-6, maxWait: 0 });
    expect(refusalOf(Infinity, 5)).toMatchObject({ wait: Infinity, maxWait: 5 });
  });
});

describe('pauseFor', () => {
  test('takes a duration, Infinity too', () => {
    const bucket = new TokenBucket({ rate: 10, clock: new VirtualClock() });
    const takes = 'pauseFor takes a duration in milliseconds (a number ≥ 0)';
    expect(() => bucket.pauseFor(-1)).toThrow(`${takes}, got -1`);
    expect(() => bucket.pauseFor(Number.NaN)).toThrow(`${takes}, got NaN`);
    expect(() => bucket.pauseFor('1' as never)).toThrow(`${takes}, got "1"`);
    bucket.pauseFor(Infinity);
    expect(bucket.tryAcquire()).toBe(false);
  });
});
