import fc from 'fast-check';
import { LimiterUnavailableError, RateLimitTimeoutError, type SharedTokenBucket } from 'tenax/redis';
import { runs } from '../../long';
import { excess } from '../bound';
import { FakeStore } from './fake-store';
import { advance, CAPACITY, fate, RATE, Setting } from './setting';

describe('Claimant, in virtual time', () => {
  const setting = new Setting();
  const bucketOf = (options?: object): SharedTokenBucket => setting.bucketOf(options);

  const seldom = (one: number, arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | null> =>
    fc.oneof({ weight: one - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
  const step = fc.record({
    process: fc.integer({ min: 0, max: 2 }),
    tokens: fc.integer({ min: 1, max: 5 }),
    gap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 60 })),
    cancelAfter: seldom(4, fc.integer({ min: 0, max: 200 })),
    maxWait: seldom(6, fc.integer({ min: 0, max: 200 })),
    pause: seldom(6, fc.integer({ min: 1, max: 100 })),
  });

  test('keeps the bound and the order of each queue, with several processes, aborts, maxWaits and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.constantFrom(0, 2, 10),
        async (steps, latency) => {
          setting.store = new FakeStore();
          setting.store.latency = latency;
          const buckets = [0, 1, 2].map(() => bucketOf());
          const grants: { at: number; tokens: number; refilled: number }[] = [];
          const order: number[][] = [[], [], []];
          let open = steps.length;
          for (const [index, { process, tokens, gap, cancelAfter, maxWait, pause }] of steps.entries()) {
            await advance(gap);
            const bucket = buckets[process]!;
            if (pause !== null) bucket.pauseFor(pause);
            const controller = new AbortController();
            if (cancelAfter !== null) setTimeout(() => controller.abort('cancelled'), cancelAfter);
            bucket.acquire(tokens, { signal: controller.signal, maxWait: maxWait ?? undefined }).then(
              () => {
                open -= 1;
                const at = performance.now();
                grants.push({ at, tokens, refilled: (at * RATE) / 1000 });
                order[process]!.push(index);
              },
              (error: unknown) => {
                open -= 1;
                expect(error === 'cancelled' || error instanceof RateLimitTimeoutError).toBe(true);
              },
            );
          }
          for (let i = 0; i < 100 && open > 0; i += 1) await advance(100);
          expect(open).toBe(0);
          expect(buckets.map(({ pending }) => pending)).toEqual([0, 0, 0]);
          // Timers are whole milliseconds here.
          expect(excess(grants, CAPACITY)).toBeLessThan(RATE / 1000 + 1e-6);
          for (const each of order) expect(each).toEqual([...each].sort((a, b) => a - b));
          // Unused tokens have come back: after a while the bucket is full.
          await advance(400);
          const all = buckets[0]!.tryAcquire(CAPACITY);
          await advance(latency + 1);
          await expect(all).resolves.toBe(true);
          expect(jest.getTimerCount()).toBe(0);
        },
      ),
      // Shrinking a counterexample of sixty steps would take minutes.
      { ...runs(50), endOnFailure: true },
    );
  });

  test('waits for claimed tokens with one timer and no further command', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    const waits = [1, 1, 1].map((tokens) => bucket.acquire(tokens));
    await advance(1);
    expect(jest.getTimerCount()).toBe(1);
    await advance(40);
    expect((await Promise.all(waits)).map(Math.round)).toEqual([10, 20, 30]);
    expect(setting.store.calls).toBeLessThanOrEqual(5);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('grants claimed tokens only after a pause', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    const granted = bucket.acquire(3);
    await advance(10);
    bucket.pauseFor(100);
    bucket.pauseFor(50);
    await advance(119);
    expect(bucket.pending).toBe(1);
    await advance(3);
    expect(Math.round(await granted)).toBeGreaterThanOrEqual(130);
  });

  test('a pause delays all callers and keeps their order', async () => {
    const [one, other] = [bucketOf(), bucketOf()];
    await one.acquire(10);
    const granted: [string, number][] = [];
    const note = (name: string) => (waited: number) => void granted.push([name, Math.round(waited)]);
    void other.acquire(5).then(note('other'));
    void one.acquire(5).then(note('one'));
    await advance(10);
    one.pauseFor(20);
    await advance(200);
    expect(granted).toEqual([
      ['other', 70],
      ['one', 120],
    ]);
  });

  test('grants a claim only after a pause that began while the reply was on its way', async () => {
    setting.store.latency = 20;
    const bucket = bucketOf();
    const granted = bucket.acquire();
    await advance(5);
    bucket.pauseFor(100);
    await advance(95);
    expect(bucket.pending).toBe(1);
    await advance(30);
    expect(await granted).toBeGreaterThanOrEqual(100);
  });

  test('rejects with the real wait when other processes took the tokens first', async () => {
    const bucket = bucketOf();
    await bucketOf().acquire(10);
    const refused = await fate(bucket.acquire(5, { maxWait: 20 }));
    expect(refused).toBeInstanceOf(RateLimitTimeoutError);
    expect(refused).toMatchObject({ wait: expect.closeTo(50, 0), maxWait: 20 });
    expect(bucket.pending).toBe(0);
    await expect(bucket.acquire(5, { maxWait: 20 })).rejects.toThrow(RateLimitTimeoutError);
  });

  test('asks once a second for a new rate at rate 0, and continues when there is one', async () => {
    const bucket = bucketOf({ rate: 0, capacity: 5 });
    const granted = bucket.acquire();
    await advance(1000);
    expect(jest.getTimerCount()).toBe(1);
    expect(setting.store.calls).toBe(2);
    expect(bucket.rate).toBe(0);
    expect(() => (bucket.rate = -1)).toThrow('SharedTokenBucket: rate');
    bucket.rate = 10;
    await advance(1);
    await expect(granted).resolves.toBeGreaterThanOrEqual(1000);
  });

  test('rejects each waiting caller with its own error object when the store fails', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    setting.store.error = 'out of order';
    const [one, other] = await Promise.all([fate(bucket.acquire(5)), fate(bucket.acquire(1))]);
    expect(one).toBeInstanceOf(LimiterUnavailableError);
    expect(one).toMatchObject({
      code: 'TENAX_LIMITER_UNAVAILABLE',
      cause: 'out of order',
      name: 'LimiterUnavailableError',
    });
    expect(String(one)).toContain('unavailable: out of order');
    expect(other).toBeInstanceOf(LimiterUnavailableError);
    expect(other).not.toBe(one);
    await expect(bucket.tryAcquire()).rejects.toThrow(LimiterUnavailableError);
    setting.store.error = undefined;
    await advance(100);
    await expect(bucket.tryAcquire()).resolves.toBe(true);
  });

  test('grants from an empty local share while the store is unavailable, and shares again when it is back', async () => {
    const bucket = bucketOf({ onUnavailable: 'local', processes: 4, timeout: 200 });
    await bucket.acquire(2);
    setting.store.error = new Error('LOADING');
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    expect(bucket.available).toBe(0);
    expect(bucket.idle).toBe(false);
    let granted = 0;
    for (let i = 0; i < 100; i += 1) void bucket.acquire().then(() => (granted += 1));
    await advance(1000);
    // A quarter of 100 a second.
    expect(granted).toBeGreaterThanOrEqual(23);
    expect(granted).toBeLessThanOrEqual(25);
    await expect(bucket.acquire(1, { maxWait: 1000 })).rejects.toThrow(RateLimitTimeoutError);
    bucket.pauseFor(500);
    await advance(499);
    expect(granted).toBeLessThanOrEqual(26);
    setting.store.error = undefined;
    await advance(3000);
    expect(granted).toBe(100);
    await advance(200);
    expect(bucket.idle).toBe(true);
  });

  test('finds the store back within a timeout, also when the local share serves every caller at once', async () => {
    setting.store.error = new Error('away');
    const bucket = bucketOf({ onUnavailable: 'local', timeout: 100 });
    const first = bucket.acquire();
    await advance(10);
    await first;
    await advance(50);
    await bucket.acquire();
    expect(setting.store.calls).toBe(1);
    await advance(50);
    await bucket.acquire();
    await advance(0);
    expect(setting.store.calls).toBe(2);
    setting.store.error = undefined;
    await advance(100);
    await bucket.acquire();
    await advance(0);
    await bucket.acquire();
    expect([setting.store.calls, setting.store.state()!.level < 10]).toEqual([4, true]);
    await advance(200);
    expect(setting.store.calls).toBe(4);
  });

  test('grants more tokens than its share of the capacity holds while the store is unavailable', async () => {
    setting.store.error = new Error('away');
    const bucket = bucketOf({ onUnavailable: 'local', processes: 10, timeout: 100 });
    const granted = bucket.acquire(8);
    await advance(405);
    expect(bucket.available).toBeGreaterThan(3);
    await advance(405);
    await expect(granted).resolves.toBeGreaterThanOrEqual(790);
    await expect(bucket.tryAcquire(1)).resolves.toBe(false);
    await advance(110);
    await expect(bucket.tryAcquire(1)).resolves.toBe(true);
  });

  test('reports no error when a pause or a correction cannot be sent: the next caller gets it', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    const controller = new AbortController();
    const cancelled = fate(bucket.acquire(5, { signal: controller.signal }));
    await advance(1);
    setting.store.error = new Error('gone');
    controller.abort('cancelled');
    expect(await cancelled).toBe('cancelled');
    bucket.pauseFor(10);
    await advance(20);
    await expect(bucket.acquire()).rejects.toThrow('gone');
  });

  test('starts from what this process knows when the store lost the key', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    setting.store.error = new Error('gone');
    await fate(bucket.acquire());
    setting.store.error = undefined;
    setting.store.forget();
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    await advance(20);
    await expect(bucket.tryAcquire()).resolves.toBe(true);
  });
});
