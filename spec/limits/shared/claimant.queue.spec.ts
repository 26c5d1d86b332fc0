import { LimiterFullError, RateLimitTimeoutError } from 'tenax';
import { advance, fate, Setting } from './setting';

describe('the queue of a Claimant', () => {
  const setting = new Setting();

  test('serves callers by priority, then in order of arrival', async () => {
    const bucket = await setting.emptyBucket();
    const order: string[] = [];
    const ask = (name: string, priority: number) => void bucket.acquire(1, { priority }).then(() => order.push(name));
    ask('low', -1);
    ask('first', 0);
    ask('second', 0);
    await advance(2);
    ask('high', 5);
    await advance(60);
    expect(order).toEqual(['high', 'first', 'second', 'low']);
  });

  test('refuses the newcomer beyond maxPending', async () => {
    const bucket = await setting.emptyBucket({ maxPending: 2 });
    const waits = [1, 2, 3].map(() => fate(bucket.acquire()));
    await advance(1);
    expect(await waits[2]).toBeInstanceOf(LimiterFullError);
    expect(bucket.pending).toBe(2);
    expect(await fate(bucket.acquire())).toBeInstanceOf(LimiterFullError);
    await advance(30);
    expect(await Promise.all(waits.slice(0, 2))).toEqual(['granted', 'granted']);
  });

  test('refuses every caller that would wait when maxPending is 0', async () => {
    const bucket = setting.bucketOf({ maxPending: 0 });
    const all = Promise.all(Array.from({ length: 11 }, () => fate(bucket.acquire())));
    await advance(1);
    expect((await all).slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'granted'));
    expect((await all)[10]).toBeInstanceOf(LimiterFullError);
  });

  test('grants available tokens with maxWait 0 even over a slow connection, and refuses otherwise', async () => {
    setting.store.latency = 30;
    const bucket = setting.bucketOf();
    const all = Promise.all(Array.from({ length: 11 }, () => fate(bucket.acquire(1, { maxWait: 0 }))));
    await advance(100);
    expect((await all).filter((one) => one === 'granted')).toHaveLength(10);
    expect((await all)[10]).toBeInstanceOf(RateLimitTimeoutError);
  });

  test('refuses a caller that still waits when its maxWait is over', async () => {
    const bucket = await setting.emptyBucket();
    const waiting = fate(bucket.acquire(1, { maxWait: 15, priority: -1 }));
    await advance(2);
    for (let i = 0; i < 5; i += 1) void bucket.acquire();
    await advance(12);
    expect(bucket.pending).toBe(5);
    await advance(2);
    expect(await waiting).toMatchObject({ name: 'RateLimitTimeoutError', maxWait: 15 });
  });

  test('settle gives unused tokens back and charges owed ones', async () => {
    const bucket = setting.bucketOf();
    await bucket.acquire(10);
    bucket.settle(10, 4);
    await advance(0);
    expect(setting.store.level).toBeCloseTo(6);
    bucket.settle(0, 8);
    await advance(0);
    expect(setting.store.level).toBeCloseTo(-2);
    const granted = bucket.acquire();
    await advance(35);
    await expect(granted).resolves.toBeGreaterThanOrEqual(30);
    expect(() => bucket.settle(-1, 0)).toThrow('settle: acquired');
  });

  test('applies a rate assigned in another process to callers that already wait', async () => {
    const bucket = await setting.emptyBucket({ rate: 0.5 });
    const granted = bucket.acquire();
    await advance(10);
    setting.bucketOf({ rate: 0.5 }).rate = 100;
    await advance(1010);
    await expect(granted).resolves.toBeLessThan(1100);
    expect(bucket.rate).toBe(100);
  });

  test('takes over the configured rate of a new release, and keeps an assigned rate', async () => {
    const old = setting.bucketOf({ rate: 10, capacity: 10 });
    await old.acquire();
    old.rate = 5;
    const same = setting.bucketOf({ rate: 10, capacity: 10 });
    await same.acquire();
    expect(same.rate).toBe(5);
    const next = setting.bucketOf({ rate: 20, capacity: 10 });
    await next.acquire();
    expect(next.rate).toBe(20);
    await old.acquire();
    expect(old.rate).toBe(20);
  });
});
