import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { atRate, excess } from './bound';
import { LONG } from '../long.js';

const WAITERS = LONG ? 10_000 : 500;
const RATE = WAITERS / 2;

/** When each of many callers that come at once is served. They are served in the order in which they came. */
async function drain(
  make: () => TokenBucket,
  now: () => number,
  run: (bucket: TokenBucket) => Promise<void>,
): Promise<number[]> {
  const at: number[] = [];
  const order: number[] = [];
  const begun = now();
  const bucket = make();
  const all = Array.from({ length: WAITERS }, async (_, caller) => {
    await bucket.acquire();
    at.push(now() - begun);
    order.push(caller);
  });
  await run(bucket);
  await Promise.all(all);
  expect(order.every((caller, i) => caller === i)).toBe(true);
  return at;
}

describe('Waiters that take two seconds in total', () => {
  test.each([
    [RATE, 1000],
    [RATE / 100, 1990],
    [1, 2000 - 1000 / RATE],
  ])('are out exactly when they should be, in virtual time, from a bucket of %d', async (capacity, due) => {
    const clock = new VirtualClock();
    const at = await drain(
      () => new TokenBucket({ rate: RATE, capacity, clock }),
      () => clock.now(),
      async (bucket) => {
        while (bucket.pending > 0) await clock.next();
      },
    );
    expect(Math.abs(at.at(-1)! - due)).toBeLessThan(0.01);
    expect(
      excess(
        atRate(
          RATE,
          at.map((each) => ({ at: each, tokens: 1 })),
        ),
        capacity,
      ),
    ).toBeLessThan(1e-6);
  });
});
