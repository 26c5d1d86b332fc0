import { allOf, retry, SlidingWindow, stop, TokenBucket, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';

const MINUTE = 60_000;
const ESTIMATE = 600;
const USED = 200;

describe('costs that turn out lower than estimated', () => {
  /** The tokens that calls have used after five minutes, and when each was granted. */
  async function spend(limiter: RateLimiter, clock: VirtualClock): Promise<number[]> {
    const granted: number[] = [];
    const call = retry(
      async () => {
        granted.push(clock.now());
        await clock.sleep(1000);
        return USED;
      },
      { limiter: { limiter, cost: () => ESTIMATE, settle: (tokens: number) => tokens }, stop: stop.never, clock },
    );
    const caller = async (): Promise<void> => {
      for (;;) {
        await call();
        // As much as there may be, and a little more.
        await clock.sleep(1000);
      }
    };
    for (let i = 0; i < 4; i += 1) void caller();
    await clock.advance(5 * MINUTE - 1);
    return granted;
  }

  const limit = 20_000;
  test.each([
    ['a window', (clock: VirtualClock) => new SlidingWindow({ limit, window: MINUTE, clock })],
    [
      'a window in a combination',
      (clock: VirtualClock) =>
        allOf(new SlidingWindow({ limit, window: MINUTE, clock }), new TokenBucket({ rate: 1e6, clock })),
    ],
  ])('all that %s allows is used, and no minute sees more', async (_name, make) => {
    const clock = new VirtualClock();
    const granted = await spend(make(clock), clock);
    const inMinute = (end: number): number => granted.filter((at) => at > end - MINUTE && at <= end).length * USED;
    expect(Math.max(...granted.map(inMinute))).toBeLessThanOrEqual(limit);
    // The last call needs its whole estimate.
    expect((granted.length * USED) / (5 * (limit - ESTIMATE))).toBeGreaterThanOrEqual(0.98);
  });

  test('settle of a policy gives back the charge of its own attempt, not an older one', async () => {
    const clock = new VirtualClock();
    const window = new SlidingWindow({ limit: 10, window: 1000, clock });
    await window.acquire(5);
    await clock.advance(900);
    const call = retry(async () => 0, {
      limiter: { limiter: window, cost: () => 5, settle: () => 0 },
      stop: stop.never,
      clock,
    });
    await call();
    await clock.advance(100);
    expect(window.available).toBe(10);
  });

  test('settle gives back the oldest charges first', async () => {
    const clock = new VirtualClock();
    const window = new SlidingWindow({ limit: 10, window: 1000, clock });
    await window.acquire(5);
    await clock.advance(900);
    await window.acquire(5);
    window.settle(5, 0);
    await clock.advance(100);
    expect(window.available).toBe(5);
  });

  test('settle of a policy gives back older charges where its own has left the window', async () => {
    const clock = new VirtualClock();
    const window = new SlidingWindow({ limit: 10, window: 1000, clock });
    const call = retry(() => clock.sleep(1500).then(() => 1), {
      limiter: { limiter: window, cost: () => 5, settle: (used: number) => used },
      stop: stop.never,
      clock,
    });
    const done = call();
    await clock.advance(1400);
    await window.acquire(8);
    await clock.advance(100);
    await done;
    expect(window.available).toBe(6);
  });
});
