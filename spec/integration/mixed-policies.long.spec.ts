import { getEventListeners } from 'node:events';
import {
  allOf,
  before,
  CircuitBreaker,
  ConcurrencyLimiter,
  RetryBudget,
  Retrying,
  retryStream,
  SlidingWindow,
  stop,
  TokenBucket,
  TokenBuckets,
  TryAgain,
  wait,
  type Limit,
  type RateLimiter,
  type RetryOptions,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { seededRandom } from '../../lib/base/random';

/** Many calls, loops and streams at a time under policies that share limits of every kind, a breaker and a budget. */
async function play(seed: number): Promise<unknown> {
  const random = seededRandom(seed);
  const pick = <T>(...all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const chance = (share: number): boolean => random() < share;
  const clock = new VirtualClock(pick(0, 1e6, 12_345.678));
  const [slots, more, held] = [2, 3, 3].map((limit) => new ConcurrencyLimiter({ limit, clock })) as [
    ConcurrencyLimiter,
    ConcurrencyLimiter,
    ConcurrencyLimiter,
  ];
  const bucket = new TokenBucket({ rate: pick(1, 7, 100), capacity: 10, adaptive: chance(0.5), clock });
  const window = new SlidingWindow({ limit: pick(3, 20), window: pick(100, 1000), clock });
  const keyed = new TokenBuckets({
    key: () => pick('a', 'b'),
    clock,
    bucket: () => [new TokenBucket({ rate: 50, clock }), more],
  });
  let taken = 0;
  const foreign: RateLimiter = {
    acquire: async (tokens = 1, options = {}) => {
      await clock.sleep(pick(0, 1, 5), options.signal);
      if (chance(0.1)) throw new Error('foreign');
      taken += tokens;
      return 0;
    },
    tryAcquire: () => true,
    release: (tokens = 1) => void (taken -= tokens),
  };
  const breaker = new CircuitBreaker({ clock, failures: 5, breakFor: wait.fixed(pick(5, 100)), probes: pick(1, 2) });
  const budget = new RetryBudget({ clock, minPerSecond: pick(0, 10) });
  const limits: Limit[] = [
    slots,
    bucket,
    window,
    keyed,
    foreign,
    allOf(slots, window),
    { limiter: bucket, cost: () => pick(0, 1, 2), settle: () => pick(0, 1, 2, undefined) },
    { limiter: allOf(more, foreign) },
  ];
  const work = async (): Promise<number> => {
    await clock.sleep(pick(0, 0, 1, 4, 30));
    if (chance(0.05)) await clock.sleep(pick(200, 1000));
    if (chance(0.1)) throw Object.assign(new Error('429'), { status: 429, headers: { 'retry-after-ms': '7' } });
    if (chance(0.1)) throw Object.assign(new Error('503'), { response: { status: 503, headers: {} } });
    if (chance(0.05)) throw new TryAgain();
    if (chance(0.1)) throw new Error('plain');
    return 1;
  };
  const policy = (): RetryOptions<any> => ({
    clock,
    stop: stop.afterAttempt(pick(1, 3, 5)),
    wait: pick(wait.none(), wait.fixed(3), wait.retryAfter({ fallback: wait.fixed(2) })),
    limiter: chance(0.8) ? [...new Set([pick(...limits), pick(...limits)])] : undefined,
    breaker: chance(0.5) ? breaker : undefined,
    budget: chance(0.3) ? budget : undefined,
    before: chance(0.2) ? before.acquire(held) : undefined,
    attemptTimeout: pick(undefined, 5, 50),
    deadline: pick(undefined, undefined, 30, 500),
    maxWait: pick(undefined, 0, 20),
    priority: pick<RetryOptions['priority']>(undefined, 1, () => pick(1, 2)),
  });
  const controllers = [1, 2, 3].map(() => new AbortController());
  const loop = async (retrying: Retrying): Promise<void> => {
    for await (const attempt of retrying) {
      if (chance(0.1)) return;
      await attempt.run(work);
    }
  };
  const read = async (options: RetryOptions<any>): Promise<void> => {
    const resume = chance(0.5) ? ({ last }: { last: number }): [number] => [last + 1] : undefined;
    const stream = retryStream(
      async function* (from: number) {
        for (let i = from; i < 4; i += 1) {
          await work();
          yield i;
        }
      },
      { ...(options as object), resume, idleTimeout: pick(undefined, 10) },
    );
    for await (const item of stream(0)) if (item > 1 && chance(0.3)) return;
  };
  const calls: Promise<unknown>[] = [];
  let settled = 0;
  for (let i = 0; i < 60; i += 1) {
    const signal = chance(0.3) ? pick(...controllers).signal : undefined;
    const options = { ...policy(), signal };
    const call = pick<() => Promise<unknown>>(
      () => new Retrying(options).call(work),
      () => new Retrying({ ...options, fallback: () => clock.sleep(1) }).run(work),
      () => loop(new Retrying(options)),
      () => read(options),
      () => slots.run(work, { signal, maxWait: pick(undefined, 10) }),
      () => breaker.run(work, { signal }),
    );
    calls.push(call().then(() => (settled += 1), () => (settled += 1))); // prettier-ignore
    await clock.advance(pick(0, 0, 1, 7));
    if (chance(0.05)) pick(...controllers).abort(new Error('enough'));
    if (chance(0.03)) slots.limit = pick(0, 2, 4);
    if (chance(0.03)) bucket.rate = pick(0, 1, 50);
    if (chance(0.02)) bucket.pauseFor(pick(0, 50));
    if (chance(0.02)) void clock.sleep(20).then(breaker.hold('for a while'));
  }
  slots.limit = 6;
  bucket.rate = 100;
  for (let i = 0; i < 3000 && settled < calls.length; i += 1) await clock.next();
  await clock.advance(5000);
  return {
    unsettled: calls.length - settled,
    inUse: [slots.inFlight, more.inFlight, held.inFlight, taken],
    waiting: [slots, more, held, bucket, window].map(({ pending }) => pending),
    sleepers: clock.pending,
    listeners: controllers.map(({ signal }) => getEventListeners(signal, 'abort').length),
  };
}

describe('Policies of every kind that share limits, a breaker and a budget', () => {
  test.each(Array.from({ length: 60 }, (_, i) => i + 1))('leave nothing behind, seed %d', async (seed) => {
    await expect(play(seed)).resolves.toEqual({
      unsettled: 0,
      inUse: [0, 0, 0, 0],
      waiting: [0, 0, 0, 0, 0],
      sleepers: 0,
      listeners: [0, 0, 0],
    });
  });
});
