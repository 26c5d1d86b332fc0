import { advance, fate, Setting } from './setting';

describe('tryAcquire of a Claimant', () => {
  const setting = new Setting();

  test('does not overtake waiting callers', async () => {
    const bucket = setting.bucketOf();
    await bucket.acquire(9);
    void bucket.acquire(2);
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    await advance(20);
    await expect(bucket.tryAcquire()).resolves.toBe(true);
  });

  test('sends no command at rate 0 or during a pause that this process knows of', async () => {
    await expect(setting.bucketOf({ rate: 0 }).tryAcquire()).resolves.toBe(false);
    const bucket = setting.bucketOf();
    bucket.pauseFor(50);
    await advance(49);
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    expect(setting.store.calls).toBe(1);
    await advance(1);
    await expect(bucket.tryAcquire()).resolves.toBe(true);
  });

  test('learns of another process’s pause from the reply to an acquire', async () => {
    setting.bucketOf().pauseFor(100);
    const bucket = setting.bucketOf();
    void bucket.acquire();
    await advance(0);
    expect(bucket.idle).toBe(false);
    await advance(99);
    const { calls } = setting.store;
    const refused = bucket.tryAcquire();
    await expect(refused).resolves.toBe(false);
    expect(setting.store.calls).toBe(calls);
    await advance(2);
    await expect(bucket.tryAcquire()).resolves.toBe(true);
  });

  test('takes from the local share while the store is unavailable, without a command each time', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local', timeout: 500 });
    setting.store.error = new Error('away');
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    expect(setting.store.calls).toBe(1);
    await advance(20);
    await expect(Promise.all([bucket.tryAcquire(), bucket.tryAcquire()])).resolves.toEqual([true, true]);
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    expect(setting.store.calls).toBe(1);
    await advance(480);
    await expect(bucket.tryAcquire(10)).resolves.toBe(true);
    expect(setting.store.calls).toBe(2);
    await expect(bucket.tryAcquire(10)).resolves.toBe(false);
    expect(setting.store.calls).toBe(2);
    expect(await fate(bucket.acquire(10, { maxWait: 99 }))).toMatchObject({ wait: expect.closeTo(100, 6) });
  });

  test('does not overtake callers that wait for the local share', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local' });
    setting.store.error = new Error('away');
    void bucket.acquire(5);
    await advance(20);
    await expect(bucket.tryAcquire(1)).resolves.toBe(false);
    await advance(40);
    await expect(bucket.tryAcquire(1)).resolves.toBe(true);
  });

  test('uses the store again after one command succeeded', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local', timeout: 100 });
    await bucket.acquire();
    setting.store.error = new Error('away');
    await bucket.tryAcquire();
    setting.store.error = undefined;
    await advance(100);
    await expect(bucket.tryAcquire(3)).resolves.toBe(true);
    expect(bucket.idle).toBe(true);
    expect(setting.store.level).toBeCloseTo(7);
    expect(bucket.available).toBeCloseTo(7);
  });
});
