import { allOf, SlidingWindow, TokenBucket, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('serving queues that share limits', () => {
  let clock: VirtualClock;
  let log: string[];
  beforeEach(() => {
    clock = new VirtualClock();
    log = [];
  });
  const ask = (name: string, limiter: RateLimiter, tokens = 1, options = {}): void => {
    limiter.acquire(tokens, options).then(
      () => log.push(`${name} ${Math.round(clock.now())}`),
      (error: unknown) => log.push(`${name} ${String((error as Error).message)}`),
    );
  };

  test('goes by priority, then by arrival, across all of them', async () => {
    const shared = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const both = allOf(shared, new SlidingWindow({ limit: 100, window: 1000, clock }));
    ask('a', shared);
    ask('b', both);
    ask('c', shared, 1, { priority: 1 });
    ask('d', both, 1, { priority: 1 });
    await clock.advance(4100);
    expect(log).toEqual(['c 1000', 'd 2000', 'a 3000', 'b 4000']);
  });

  test('reaches queues that are connected over others only', async () => {
    const [one, two, three] = [1, 2, 3].map(() => new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock })) as [
      TokenBucket,
      TokenBucket,
      TokenBucket,
    ];
    ask('first', allOf(one, two));
    ask('second', allOf(two, three));
    ask('third', three);
    await clock.advance(2100);
    expect(log.sort()).toEqual(['first 1000', 'second 2000', 'third 1000']);
  });

  test('grants nothing to a waiter whose signal has aborted in the same turn', async () => {
    const bucket = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock });
    const controller = new AbortController();
    // A listener that comes first: what it sets off must not be granted to the aborted waiter.
    controller.signal.addEventListener('abort', () => {
      bucket.rate = 1000;
    });
    ask('aborted', bucket, 1, { signal: controller.signal });
    ask('next', bucket);
    await clock.advance(900);
    controller.abort(new Error('stopped'));
    await clock.advance(200);
    expect(log[0]).toBe('aborted stopped');
    expect(log[1]).toMatch(/^next 90\d$/);
  });
});
