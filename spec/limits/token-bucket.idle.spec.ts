import { TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('TokenBucket.idle', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock(1000)));

  test('is true of a new bucket, and of one that is full again', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
    expect(bucket.idle).toBe(true);
    bucket.tryAcquire();
    expect(bucket.idle).toBe(false);
    await clock.advance(100);
    expect(bucket.idle).toBe(true);
  });

  test('is false until the end of a pause', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
    bucket.pauseFor(500);
    await clock.advance(499);
    expect(bucket.idle).toBe(false);
    await clock.advance(1);
    expect(bucket.idle).toBe(true);
  });

  test('is false at another rate than the configured one', () => {
    const bucket = new TokenBucket({ rate: 10, clock });
    bucket.rate = 20;
    expect(bucket.idle).toBe(false);
    bucket.rate = 10;
    expect(bucket.idle).toBe(true);
  });

  test('is false while a caller waits, even if it is full', () => {
    const bucket = new TokenBucket({ rate: 0, clock });
    expect(bucket.idle).toBe(true);
    void bucket.acquire();
    expect(bucket.idle).toBe(false);
  });
});
