import { TokenBucket, type Clock } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('An adaptive bucket of 100 a second', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  beforeEach(() => {
    clock = new VirtualClock(5000);
    bucket = new TokenBucket({ rate: 100, adaptive: true, clock });
  });

  test('is cut to 70 % by a refusal, at most once per second', async () => {
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(70);
    await clock.advance(999);
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(70);
    await clock.advance(1);
    bucket.report({ status: 429 });
    expect(bucket.rate).toBeCloseTo(49);
  });

  test('is never cut below 1 %', async () => {
    for (let i = 0; i < 50; i += 1) {
      bucket.report({ throttled: true });
      await clock.advance(1000);
    }
    expect(bucket.rate).toBe(1);
  });

  test.each([
    [50, 70.25],
    [500, 72.5],
    [1000, 75],
    [60_000, 75],
  ])(
    'regains by a success %d ms after the cut what brings it to %d: a twentieth a second, and of one second at most',
    async (ms, regained) => {
      bucket.report({ status: 429 });
      await clock.advance(ms);
      bucket.report({ status: 200 });
      expect(bucket.rate).toBeCloseTo(regained, 9);
    },
  );

  test('counts the time between two successes once', async () => {
    bucket.report({ status: 429 });
    await clock.advance(400);
    bucket.report({ status: 200 });
    await clock.advance(400);
    bucket.report({ status: 200 });
    bucket.report({ status: 200 });
    expect(bucket.rate).toBeCloseTo(74, 9);
  });

  test('is not raised by an answer that is neither a refusal nor a success', async () => {
    bucket.report({ status: 429 });
    await clock.advance(1000);
    for (const feedback of [{ status: 404 }, { status: 500 }, {}]) bucket.report(feedback);
    expect(bucket.rate).toBe(70);
  });

  test('is never raised above its configured rate', async () => {
    await clock.advance(10_000);
    bucket.report({ status: 200 });
    expect(bucket.rate).toBe(100);
    bucket.report({ status: 429 });
    for (let i = 0; i < 7; i += 1) {
      await clock.advance(1000);
      bucket.report({ status: 200 });
    }
    expect(bucket.rate).toBe(100);
  });

  test('uses an assigned rate as the configured one', async () => {
    bucket.report({ status: 429 });
    bucket.rate = 50;
    bucket.report({ status: 429 });
    expect(bucket.rate).toBe(35);
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(1000);
      bucket.report({ status: 200 });
    }
    expect(bucket.rate).toBe(50);
  });

  test('stays paused at rate 0, whatever is reported', async () => {
    bucket.rate = 0;
    bucket.report({ status: 429 });
    await clock.advance(2000);
    bucket.report({ status: 200 });
    expect(bucket.rate).toBe(0);
  });
});

test('An adaptive rate is not lowered by a success after the clock was set back', () => {
  let now = 10_000;
  const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };
  const bucket = new TokenBucket({ rate: 100, adaptive: true, clock });
  bucket.report({ status: 429 });
  now = 4000;
  bucket.report({ status: 200 });
  expect(bucket.rate).toBe(70);
});

test('A bucket without `adaptive` stays non-adaptive when its rate is assigned', () => {
  const bucket = new TokenBucket({ rate: 100, clock: new VirtualClock() });
  bucket.rate = 50;
  bucket.report({ status: 429 });
  expect(bucket.rate).toBe(50);
});
