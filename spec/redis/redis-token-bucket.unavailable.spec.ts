import { LimiterUnavailableError } from 'tenax/redis';
import { advance, fate, Setting } from './setting';

const unavailable = (reason: string): LimiterUnavailableError => new LimiterUnavailableError(reason);

describe('acquire while Redis is unreachable', () => {
  const setting = new Setting();

  test('rejects when a command gets no reply within the timeout', async () => {
    setting.redis.latency = 1000;
    const failed = fate(setting.bucketOf({ timeout: 100 }).acquire());
    await advance(100);
    expect(await failed).toEqual(unavailable('no reply from the store within 100 ms'));
    expect(await failed).not.toHaveProperty('cause');
  });

  test('rejects at once while the client is disconnected after a failed command', async () => {
    const bucket = setting.bucketOf();
    setting.redis.error = new Error('gone');
    await fate(bucket.acquire());
    setting.redis.status = 'reconnecting';
    expect(await fate(bucket.acquire())).toEqual(unavailable('the client is not connected'));
  });

  test('rejects at once while the client is disconnected after a command without a reply', async () => {
    const bucket = setting.bucketOf({ timeout: 100 });
    await bucket.acquire();
    setting.redis.hangs = true;
    const failed = fate(bucket.acquire());
    await advance(100);
    expect(await failed).toEqual(unavailable('no reply from the store within 100 ms'));
    setting.redis.status = 'reconnecting';
    expect(await fate(bucket.acquire())).toEqual(unavailable('the client is not connected'));
  });

  test('rejects 500 ms after a connected client lost its connection', async () => {
    const bucket = setting.bucketOf({ timeout: 1000 });
    await bucket.acquire();
    setting.redis.status = 'reconnecting';
    let failed = 0;
    void fate(bucket.acquire()).then(() => (failed = performance.now()));
    const begun = performance.now();
    await advance(600);
    expect(failed - begun).toBe(500);
  });

  test('sends no command after the timeout, even if the client connects then', async () => {
    setting.redis.status = 'connecting';
    const failed = fate(setting.bucketOf({ timeout: 100 }).acquire());
    await advance(100);
    expect(await failed).toEqual(unavailable('the client is not connected'));
    setting.redis.status = 'ready';
    await advance(100);
    expect(setting.redis.calls).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('sends no command if the client connects between the timeout and the next look at it', async () => {
    setting.redis.status = 'connecting';
    const failed = fate(setting.bucketOf({ timeout: 110 }).acquire());
    await advance(111);
    expect(await failed).toEqual(unavailable('the client is not connected'));
    setting.redis.status = 'ready';
    await advance(100);
    expect(setting.redis.calls).toBe(0);
  });

  test('tryAcquire sends no command to a client that is known to be disconnected', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local', timeout: 100 });
    setting.redis.error = new Error('away');
    await bucket.tryAcquire();
    setting.redis.status = 'reconnecting';
    await advance(100);
    await bucket.tryAcquire();
    expect(setting.redis.calls).toBe(1);
    setting.redis.status = 'ready';
    setting.redis.error = undefined;
    await advance(99);
    await bucket.tryAcquire();
    expect(setting.redis.calls).toBe(1);
    await advance(1);
    await bucket.tryAcquire();
    expect(setting.redis.calls).toBe(2);
  });

  test("with onUnavailable 'local', corrections and what the server has left count for the local share", async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local' });
    setting.redis.error = new Error('gone');
    await advance(1);
    const first = bucket.acquire();
    await advance(10);
    expect(await first).toBeCloseTo(10);
    bucket.settle(1, 21);
    const second = bucket.acquire();
    await advance(300);
    // It owes 20 tokens, at 100 tokens per second.
    expect(await second).toBeCloseTo(210);
    await advance(100);
    expect(bucket.available).toBe(10);
    bucket.report({ status: 200, rateLimit: { remaining: 2 } });
    expect(bucket.available).toBe(2);
  });

  test("with onUnavailable 'local' and timeout 0, callers that wait leave the process free to do other things", async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local', timeout: 0 });
    setting.redis.error = new Error('gone');
    const waiting = bucket.acquire();
    await advance(10);
    expect(await waiting).toBeCloseTo(10);
    expect(setting.redis.calls).toBeLessThan(20);
  });
});
