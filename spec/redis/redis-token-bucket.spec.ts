import { LimiterUnavailableError, RedisTokenBucket, type RedisClientLike } from 'tenax/redis';
import { advance, fate, Setting } from './setting';

describe('RedisTokenBucket, in virtual time', () => {
  const setting = new Setting();
  const bucketOf = (options?: object): RedisTokenBucket => setting.bucketOf(options);

  test('fails after 500 ms when the connection broke, and at once while it is known to be lost', async () => {
    const bucket = bucketOf();
    await bucket.acquire();
    setting.redis.status = 'reconnecting';
    let failed: number | undefined;
    const begun = performance.now();
    void bucket.acquire().catch(() => (failed = performance.now() - begun));
    await advance(490);
    expect(failed).toBeUndefined();
    await advance(50);
    expect(failed).toBeLessThanOrEqual(520);
    const calls = setting.redis.calls;
    await expect(bucket.acquire()).rejects.toThrow('the client is not connected');
    expect(setting.redis.calls).toBe(calls);
    setting.redis.status = 'ready';
    await expect(bucket.acquire()).resolves.toBe(0);
  });

  test('waits for a client that is connecting, up to the timeout', async () => {
    setting.redis.status = 'connecting';
    const granted = bucketOf().acquire();
    const never = fate(bucketOf({ timeout: 100 }).acquire());
    await advance(200);
    expect(String(await never)).toContain('the client is not connected');
    setting.redis.status = 'ready';
    await advance(50);
    await expect(granted).resolves.toBeGreaterThanOrEqual(200);
    expect(setting.redis.calls).toBeLessThanOrEqual(2);
  });

  test('sends the source of the script once to a server that does not know it, unless nobody waits any more', async () => {
    const whole: string[] = [];
    let delay = 0;
    const client: RedisClientLike = {
      evalsha: async () => {
        await new Promise((resolve) => setTimeout(resolve, delay));
        throw new Error('NOSCRIPT No matching script');
      },
      eval: async (script: string) => {
        whole.push(script);
        return '-1 0 0\n9 100 0\n0';
      },
    };
    const bucket = bucketOf({ client, timeout: 100 });
    const granted = bucket.acquire();
    await advance(1);
    await granted;
    expect(whole).toHaveLength(1);
    expect(whole[0]).toContain("redis.call('TIME')");
    delay = 150;
    const late = fate(bucket.acquire());
    await advance(300);
    expect(await late).toBeInstanceOf(LimiterUnavailableError);
    expect(whole).toHaveLength(1);
  });

  test('works with node-redis', async () => {
    const asked: unknown[] = [];
    const client: RedisClientLike = {
      evalSha: async (sha, options) => {
        asked.push(sha, options);
        return '-1 0 0\n9 100 0\n0';
      },
      eval: async () => [],
    };
    await bucketOf({ client }).acquire();
    expect(asked).toEqual([
      expect.stringMatching(/^[0-9a-f]{40}$/),
      { keys: ['k'], arguments: [expect.stringContaining('"asks":[[1]]')] },
    ]);
  });

  test('keeps a documented limit', () => {
    const bucket = RedisTokenBucket.forWindow({ client: setting.redis, key: 'w', limit: 100, window: 1000, burst: 20 });
    expect([bucket.rate, bucket.capacity]).toEqual([80, 20]);
    expect(bucket).toBeInstanceOf(RedisTokenBucket);
    const wrong = { client: setting.redis, key: 'w', limit: 1, window: 1000 };
    for (const options of [null, undefined, { ...wrong, limit: 5, rate: 1 }] as never[]) {
      expect(() => RedisTokenBucket.forWindow(options)).toThrow(
        /^RedisTokenBucket.forWindow (takes an object|has no option)/,
      );
    }
  });

  test('has its own name in messages about wrong options', () => {
    expect(() => bucketOf({ burst: 1 })).toThrow('RedisTokenBucket has no option "burst"; ');
    expect(() => bucketOf({ store: 1 })).toThrow('RedisTokenBucket has no option "store"; ');
    expect(() => bucketOf({ key: '' })).toThrow('RedisTokenBucket: key takes a name that is not empty, got ""');
    expect(() => (bucketOf().rate = -1)).toThrow('RedisTokenBucket: rate takes');
    for (const client of [null, undefined, {}] as never[]) {
      expect(() => bucketOf({ client })).toThrow(
        /^RedisTokenBucket: client takes a client of ioredis or node-redis, got /,
      );
    }
  });

  test('grants what is there, then at the rate, to all processes together', async () => {
    const granted: number[] = [];
    for (const bucket of [bucketOf(), bucketOf()])
      for (let i = 0; i < 6; i += 1) void bucket.acquire().then((waited) => granted.push(Math.round(waited)));
    await advance(100);
    expect(granted).toEqual([...Array<number>(10).fill(0), 10, 20]);
  });
});
