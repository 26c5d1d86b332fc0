import { LimiterUnavailableError } from 'tenax/redis';
import { advance, fate, Setting } from './setting';

const unavailable = (reason: string): LimiterUnavailableError => new LimiterUnavailableError(reason);

describe('a Redis that is away', () => {
  const setting = new Setting();

  test('has failed when a command had no answer within the timeout', async () => {
    setting.redis.latency = 1000;
    const failed = fate(setting.bucketOf({ timeout: 100 }).acquire());
    await advance(100);
    expect(await failed).toEqual(unavailable('no reply from the store within 100 ms'));
    expect(await failed).not.toHaveProperty('cause');
  });

  test('has failed at once when the client is not connected and was not before', async () => {
    const bucket = setting.bucketOf();
    setting.redis.error = new Error('gone');
    await fate(bucket.acquire());
    setting.redis.status = 'reconnecting';
    expect(await fate(bucket.acquire())).toEqual(unavailable('the client is not connected'));
  });

  test('has failed after 500 ms when the client that was connected is not', async () => {
    const bucket = setting.bucketOf({ timeout: 1000 });
    await bucket.acquire();
    setting.redis.status = 'reconnecting';
    let failed = 0;
    void fate(bucket.acquire()).then(() => (failed = performance.now()));
    const begun = performance.now();
    await advance(600);
    expect(failed - begun).toBe(500);
  });

  test('is sent nothing that nobody waits for any more, when it is there at last', async () => {
    setting.redis.status = 'connecting';
    const failed = fate(setting.bucketOf({ timeout: 100 }).acquire());
    await advance(100);
    expect(await failed).toEqual(unavailable('no reply from the store within 100 ms'));
    setting.redis.status = 'ready';
    await advance(100);
    expect(setting.redis.calls).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
