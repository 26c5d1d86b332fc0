import Redis from 'ioredis';
import { allOf } from 'tenax';
import { LimiterUnavailableError, RedisConcurrencyLimiter, RedisTokenBucket } from 'tenax/redis';
import { describeWithRedis, RedisServer } from '../integration/redis-server';

describeWithRedis('A key that holds something else', () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis({ port: server.port });
  });
  beforeEach(() => client.flushall());
  afterAll(async () => {
    client.disconnect();
    await server.kill();
  });

  const bucketOf = (key: string) => new RedisTokenBucket({ client, key, rate: 1, capacity: 5 });
  const slotsOf = (key: string) => new RedisConcurrencyLimiter({ client, key, limit: 5 });
  const refusal = new LimiterUnavailableError('ERR the key k holds something else: give this limit a key of its own');

  test.each<[string, () => Promise<unknown>]>([
    ['text', () => client.set('k', 'hello')],
    ['nothing', () => client.set('k', '')],
    ['a number', () => client.set('k', '42')],
    ['JSON', () => client.set('k', '{"claims":[],"holders":[]}')],
    ['a list', () => client.rpush('k', 'claims')],
    ['a hash', () => client.hset('k', 'level', '1')],
    ['a set', () => client.sadd('k', 'claims')],
  ])('is left as it is, and the error names it: %s', async (_, write) => {
    await write();
    const before = await client.dumpBuffer('k');
    await expect(bucketOf('k').acquire()).rejects.toEqual(refusal);
    await expect(slotsOf('k').acquire()).rejects.toEqual(refusal);
    await expect(allOf(bucketOf('other'), bucketOf('k')).acquire()).rejects.toEqual(refusal);
    expect(await client.dumpBuffer('k')).toEqual(before);
    expect(await client.exists('other')).toBe(0);
  });

  test('may be a limit of another kind', async () => {
    await bucketOf('k').acquire();
    await expect(slotsOf('k').acquire()).rejects.toEqual(refusal);
    await expect(bucketOf('k').tryAcquire(4)).resolves.toBe(true);
    await client.flushall();
    await slotsOf('k').acquire(4);
    await expect(bucketOf('k').acquire()).rejects.toEqual(refusal);
    await expect(slotsOf('k').tryAcquire(2)).resolves.toBe(false);
  });
});
