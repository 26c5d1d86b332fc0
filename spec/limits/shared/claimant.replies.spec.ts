import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { advance, fate, Setting } from './setting';

describe('replies to a Claimant', () => {
  const setting = new Setting();

  test('that come too late for tryAcquire make it ask again, and what they claimed is given back', async () => {
    const bucket = setting.bucketOf();
    setting.store.latency = 300;
    const tried = bucket.tryAcquire(4);
    await advance(601);
    await expect(tried).resolves.toBe(true);
    setting.store.latency = 0;
    await expect(bucket.tryAcquire(6)).resolves.toBe(true);
    await expect(bucket.tryAcquire(1)).resolves.toBe(false);
  });

  test('that come too late three times make tryAcquire return false, and take nothing', async () => {
    const bucket = setting.bucketOf({ timeout: 5000 });
    setting.store.latency = 900;
    const tried = bucket.tryAcquire(4);
    await advance(2701);
    await expect(tried).resolves.toBe(false);
    await advance(900);
    expect(setting.store.level).toBeCloseTo(10);
  });

  test('that come after a pause began are not used by tryAcquire, and take nothing', async () => {
    const bucket = setting.bucketOf();
    setting.store.latency = 20;
    const tried = bucket.tryAcquire(4);
    await advance(10);
    bucket.pauseFor(100);
    await advance(10);
    await expect(tried).resolves.toBe(false);
    await advance(200);
    expect(setting.store.level).toBeCloseTo(10);
  });

  test('may be followed by a correction that a subscriber of grants makes', async () => {
    const bucket = setting.bucketOf();
    const see = (): void => {
      bucket.settle(1, 3);
    };
    subscribe('tenax:limiter', see);
    try {
      await bucket.acquire();
    } finally {
      unsubscribe('tenax:limiter', see);
    }
    await advance(0);
    expect(setting.store.level).toBeCloseTo(7);
  });

  test('of a bucket for one charge are followed by a report of each grant, for the processes that wait', async () => {
    const [one, other] = [setting.bucketOf({ capacity: 1 }), setting.bucketOf({ capacity: 1 })];
    await one.acquire();
    const waits = [one, other, one, other].map((bucket) => bucket.acquire());
    await advance(45);
    const reports = setting.store.commands.filter(({ asks, parts }) => asks.length === 0 && parts[0]!.done.length > 0);
    expect(reports.length).toBeGreaterThan(0);
    expect((await Promise.all(waits)).map(Math.round).sort()).toEqual([10, 20, 30, 40]);
  });

  test('leave no claim behind when the only caller leaves', async () => {
    const bucket = await setting.emptyBucket();
    const controller = new AbortController();
    const waiting = fate(bucket.acquire(1, { signal: controller.signal }));
    await advance(9);
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    await advance(91);
    await expect(setting.bucketOf().tryAcquire(10)).resolves.toBe(true);
  });

  test('that fail leave callers to the local share, also those that had a claim', async () => {
    setting.store.latency = 10;
    const bucket = setting.bucketOf({ onUnavailable: 'local' });
    const first = bucket.acquire(10);
    await advance(10);
    await first;
    const granted: number[] = [];
    for (let i = 0; i < 6; i += 1) void bucket.acquire().then((waited) => granted.push(waited));
    await advance(11);
    setting.store.error = new Error('away');
    await advance(200);
    expect(granted).toHaveLength(6);
    expect(bucket.pending).toBe(0);
  });
});
