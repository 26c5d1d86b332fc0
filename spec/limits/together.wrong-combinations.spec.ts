import { allOf, SlidingWindow, type RateLimiter } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { SequentialCombination } from './wrong-buckets';

/** What the checks of combinations must catch: limits that are taken one after the other. */
describe('Limits taken one after the other', () => {
  type Make = (members: readonly RateLimiter[]) => RateLimiter;
  const right: Make = (members) => allOf(...members);
  const wrong: Make = (members) => new SequentialCombination(members);

  /** The most that left in one window of the long limit. */
  async function mostInAMinute(make: Make): Promise<number> {
    const clock = new VirtualClock();
    const long = new SlidingWindow({ limit: 20, window: 1000, clock });
    const short = new SlidingWindow({ limit: 5, window: 700, clock });
    const both = make([long, short]);
    const at: number[] = [];
    for (let i = 0; i < 60; i += 1) void both.acquire().then(() => at.push(clock.now()));
    await clock.advance(2300);
    // What was charged to the long limit long ago leaves now.
    short.limit = 60;
    await clock.advance(20_000);
    return Math.max(...at.map((end) => at.filter((each) => each > end - 1000 && each <= end).length));
  }

  test('exceed the long limit, which allOf keeps', async () => {
    expect(await mostInAMinute(right)).toBeLessThanOrEqual(20);
    expect(await mostInAMinute(wrong)).toBeGreaterThan(20);
  });

  /** What is left of the first limit after ten tries in vain. */
  async function leftAfterRefusals(make: Make): Promise<number> {
    const clock = new VirtualClock();
    const day = new SlidingWindow({ limit: 10, window: 86_400_000, clock });
    const both = make([day, new SlidingWindow({ limit: 1, window: 1000, clock })]);
    for (let i = 0; i < 10; i += 1) await both.acquire(1, { maxWait: 0 }).catch(() => undefined);
    return day.available;
  }

  test('lose tokens of the first limit to refusals, which cost nothing with allOf', async () => {
    expect(await leftAfterRefusals(right)).toBe(9);
    expect(await leftAfterRefusals(wrong)).toBe(0);
  });
});
