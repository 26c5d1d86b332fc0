import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { RateLimitTimeoutError, RetryBudget, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';

interface Grant {
  at: number;
  tokens: number;
}

interface Bucket {
  acquire(tokens?: number): Promise<number>;
}

/** The well-known wrong bucket: the debt is forgotten, and the sleeper's own wait refills the bucket again. */
class NaiveBucket implements Bucket {
  private tokens: number;
  private last: number;
  constructor(private readonly options: { rate: number; capacity: number; clock: VirtualClock }) {
    this.tokens = options.capacity;
    this.last = options.clock.now();
  }
  async acquire(n = 1): Promise<number> {
    const { rate, capacity, clock } = this.options;
    this.tokens = Math.min(capacity, this.tokens + ((clock.now() - this.last) * rate) / 1000);
    this.last = clock.now();
    if (this.tokens >= n) {
      this.tokens -= n;
      return 0;
    }
    const ms = ((n - this.tokens) / rate) * 1000;
    this.tokens = 0;
    await clock.sleep(ms);
    return ms;
  }
}

/** The bound: between any two grants i ≤ j, no more than capacity + rate · time. */
function excess(grants: Grant[], rate: number, capacity: number): number {
  let worst = -Infinity;
  // The largest of Σn − rate·t over all windows, in one pass (Kadane).
  let open = -Infinity;
  let last = 0;
  for (const { at, tokens } of grants) {
    open = Math.max(tokens, open - ((at - last) * rate) / 1000 + tokens);
    last = at;
    worst = Math.max(worst, open);
  }
  return worst - capacity;
}

async function burst(bucket: Bucket, clock: VirtualClock, callers: number): Promise<Grant[]> {
  const grants: Grant[] = [];
  const all = Array.from({ length: callers }, async () => {
    await bucket.acquire();
    grants.push({ at: clock.now(), tokens: 1 });
  });
  while (grants.length < callers && (await clock.next()) >= 0);
  await Promise.all(all);
  return grants;
}

describe('TokenBucket', () => {
  test('grants no burst above capacity + rate · t, where the naive bucket lets all out at once', async () => {
    for (const callers of [20, 200]) {
      const clock = new VirtualClock();
      const grants = await burst(new TokenBucket({ rate: 10, capacity: 10, clock }), clock, callers);
      expect(excess(grants, 10, 10)).toBeLessThan(1e-6);
      expect(clock.now()).toBeCloseTo((callers - 10) * 100, 3);
      const naive = new VirtualClock();
      expect(
        excess(await burst(new NaiveBucket({ rate: 10, capacity: 10, clock: naive }), naive, callers), 10, 10),
      ).toBeGreaterThan(5);
    }
  });

  test('keeps the bound, the order and the count under random arrivals, weights, cancels, pauses and rates', async () => {
    const step = fc.record({
      gap: fc.integer({ min: 0, max: 400 }),
      tokens: fc.integer({ min: 1, max: 5 }),
      cancel: fc.boolean(),
      act: fc.constantFrom('none', 'none', 'none', 'pause', 'try'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30 }),
        async (steps, rate) => {
          const clock = new VirtualClock();
          const bucket = new TokenBucket({ rate, capacity: 5, clock });
          const grants: Grant[] = [];
          const order: number[] = [];
          let pausedUntil = 0;
          let rejected = 0;
          const waits: Promise<unknown>[] = [];
          for (const [index, { gap, tokens, cancel, act }] of steps.entries()) {
            await clock.advance(gap);
            if (act === 'pause') {
              bucket.pauseFor(200);
              pausedUntil = clock.now() + 200;
            }
            if (act === 'try' && bucket.pending > 0) expect(bucket.tryAcquire()).toBe(false);
            const controller = new AbortController();
            waits.push(
              bucket.acquire(tokens, { signal: controller.signal }).then(
                () => {
                  grants.push({ at: clock.now(), tokens });
                  order.push(index);
                },
                () => (rejected += 1),
              ),
            );
            if (act === 'pause' || clock.now() < pausedUntil) expect(bucket.pending).toBeGreaterThan(0);
            if (cancel) controller.abort();
            expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(1);
          }
          expect(clock.pending).toBeLessThanOrEqual(1);
          while (bucket.pending > 0) await clock.next();
          await Promise.all(waits);
          expect(excess(grants, rate, 5)).toBeLessThan(1e-6);
          expect(order).toEqual([...order].sort((a, b) => a - b));
          expect(order.length + rejected).toBe(steps.length);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 1000 },
    );
  }, 60_000);

  test('refuses what can never be granted, and what would wait too long, changing nothing', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    await expect(bucket.acquire(6)).rejects.toThrow(RangeError);
    await expect(bucket.acquire(Number.NaN)).rejects.toThrow('acquire: tokens');
    await bucket.acquire(5);
    await expect(bucket.acquire(2, { maxWait: 199 })).rejects.toThrow(RateLimitTimeoutError);
    expect(bucket.available).toBe(0);
    const granted = bucket.acquire(2, { maxWait: 200 });
    await clock.advance(200);
    await expect(granted).resolves.toBeCloseTo(200);
    await expect(bucket.acquire(0)).resolves.toBe(0);
  });

  test('is paused at rate 0, and goes on at the rate that is assigned', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 0, capacity: 5, clock });
    expect(bucket.tryAcquire()).toBe(false);
    const granted = bucket.acquire();
    await clock.advance(60_000);
    expect(bucket.pending).toBe(1);
    bucket.rate = 10;
    await expect(granted).resolves.toBe(60_000);
  });

  test('lets no window see more than the limit', () => {
    const bucket = TokenBucket.forWindow({ limit: 100, window: 60_000, burst: 10 });
    expect(bucket.capacity + bucket.rate * 60).toBeCloseTo(100);
    expect(() => TokenBucket.forWindow({ limit: 5, window: 1000, burst: 5 })).toThrow(RangeError);
  });

  test('lowers an adaptive rate once for a burst of 429s, and regains it slowly', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 100, adaptive: true, clock });
    for (let i = 0; i < 5; i += 1) bucket.report({ status: 429 });
    expect(bucket.rate).toBeCloseTo(70);
    await clock.advance(1000);
    bucket.report({ status: 200 });
    expect(bucket.rate).toBeCloseTo(75);
    for (let i = 0; i < 60; i += 1) {
      await clock.advance(1000);
      bucket.report({ status: 429 });
    }
    expect(bucket.rate).toBeCloseTo(1);
  });

  test('pauses all callers for the Retry-After of one', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ rate: 1000, capacity: 1000, clock });
    bucket.report({ status: 429, retryAfter: 2000 });
    const granted = Promise.all([bucket.acquire(), bucket.acquire()]);
    await clock.advance(1999);
    expect(bucket.pending).toBe(2);
    await clock.advance(2);
    await expect(granted).resolves.toHaveLength(2);
  });
});

describe('RetryBudget', () => {
  test('keeps retries within the ratio of first attempts', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (events) => {
        const budget = new RetryBudget({ ratio: 0.2, minPerSecond: 0, clock: new VirtualClock() });
        let attempts = 0;
        let retries = 0;
        for (const first of events) {
          if (first) {
            budget.recordAttempt();
            attempts += 1;
          } else if (budget.tryRetry()) retries += 1;
          expect(retries).toBeLessThanOrEqual(attempts * 0.2 + 1e-9);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
