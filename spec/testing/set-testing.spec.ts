import { retry, stop, TokenBucket, wait } from 'tenax';
import { setTesting } from 'tenax/testing';

/** A call that fails nine times, a minute apart, and counts its attempts. */
function failing(): { load: () => Promise<never>; attempts: () => number } {
  let attempts = 0;
  const load = retry(
    async () => {
      attempts += 1;
      throw new Error('down');
    },
    { stop: stop.afterAttempt(9), wait: wait.fixed(60_000) },
  );
  return { load, attempts: () => attempts };
}

describe('setTesting', () => {
  afterEach(() => setTesting(false));

  test('caps attempts, does not sleep, lets limiters grant at once, and is taken back', async () => {
    const bucket = new TokenBucket({ rate: 0.001, initial: 0 });
    const { load, attempts } = failing();
    const restore = setTesting({ attempts: 3 });
    await expect(load()).rejects.toThrow();
    expect(attempts()).toBe(3);
    expect(await bucket.acquire()).toBe(0);
    const inner = setTesting();
    await expect(load()).rejects.toThrow();
    expect(attempts()).toBe(4);
    inner();
    await expect(load()).rejects.toThrow();
    expect(attempts()).toBe(7);
    restore();
    expect(bucket.tryAcquire()).toBe(false);
  });

  test('false ends it, until that is taken back', () => {
    const bucket = new TokenBucket({ rate: 0.001, initial: 0 });
    setTesting();
    expect(bucket.tryAcquire()).toBe(true);
    const restore = setTesting(false);
    expect(bucket.tryAcquire()).toBe(false);
    restore();
    expect(bucket.tryAcquire()).toBe(true);
  });

  test.each([{}, { attempts: undefined }])('%p means one attempt', async (options) => {
    const { load, attempts } = failing();
    setTesting(options);
    await expect(load()).rejects.toThrow();
    expect(attempts()).toBe(1);
  });

  it.each<[unknown, Error]>([
    [{ attempts: 0 }, new RangeError('setTesting: attempts takes a whole number ≥ 1, got 0')],
    [{ attempts: '2' }, new TypeError('setTesting: attempts takes a whole number ≥ 1, got "2"')],
    [{ attempt: 1 }, new TypeError('setTesting has no option "attempt"; did you mean "attempts"?')],
    [5, new TypeError('setTesting takes { attempts } or false, got 5')],
    [true, new TypeError('setTesting takes { attempts } or false, got true')],
    [null, new TypeError('setTesting takes an object with attempts, got null')],
  ])('refuses %p', (options, error) => {
    expect(() => setTesting(options as never)).toThrow(error);
    expect(new TokenBucket({ rate: 0.001, initial: 0 }).tryAcquire()).toBe(false);
  });
});
