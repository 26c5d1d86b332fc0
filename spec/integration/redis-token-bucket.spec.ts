import Redis from 'ioredis';
import { createClient } from 'redis';
import { RateLimitTimeoutError } from 'tenax';
import { LimiterUnavailableError, RedisTokenBucket, type RedisClientLike } from 'tenax/redis';
import { describeWithRedis, RedisServer } from './redis-server';

interface Connection {
  client: RedisClientLike;
  close: () => Promise<void>;
}

const connections: Record<string, (port: number) => Promise<Connection>> = {
  ioredis: async (port) => {
    const client = new Redis({ port, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    return { client, close: async () => client.disconnect() };
  },
  'node-redis': async (port) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: () => 50 } });
    client.on('error', () => undefined);
    await client.connect();
    return { client: client as unknown as RedisClientLike, close: async () => client.destroy() };
  },
};

// Real time throughout: the clock is the server's.
describeWithRedis.each(Object.keys(connections))('RedisTokenBucket with %s', (name) => {
  let server: RedisServer;
  let connection: Connection;
  let key = 0;
  const open: Connection[] = [];
  const another = async (): Promise<RedisClientLike> => {
    const made = await connections[name]!(server.port);
    open.push(made);
    return made.client;
  };
  const bucketOf = (client: RedisClientLike, options: object = {}): RedisTokenBucket =>
    new RedisTokenBucket({ client, key: `bucket-${key}`, rate: 100, capacity: 10, ...options });

  beforeAll(async () => {
    server = await RedisServer.start();
    connection = await connections[name]!(server.port);
  });
  beforeEach(() => void (key += 1));
  afterAll(async () => {
    for (const each of [...open, connection]) await each.close();
    await server.kill();
  });

  test('keeps capacity + rate · t over four clients with 25 callers each, and at least 97 % of it', async () => {
    const grants: number[] = [];
    const start = performance.now();
    const buckets = await Promise.all(Array.from({ length: 4 }, async () => bucketOf(await another())));
    await Promise.all(
      buckets.flatMap((bucket) =>
        Array.from({ length: 25 }, async () => {
          while (performance.now() - start < 2000) {
            await bucket.acquire();
            grants.push(performance.now());
          }
        }),
      ),
    );
    const first = grants[0]!;
    const span = (grants.at(-1)! - first) / 1000;
    // Two milliseconds of the rate for what lies between the server's clock and this one, and timers.
    expect(grants.length).toBeLessThanOrEqual(10 + 100 * span + 0.5);
    expect(grants.length).toBeGreaterThanOrEqual(0.97 * (10 + 100 * span));
  }, 20_000);

  test('refuses without a trace, and serves first come, first served', async () => {
    const bucket = bucketOf(connection.client);
    await bucket.acquire(10);
    await expect(bucket.tryAcquire(5)).resolves.toBe(false);
    await expect(bucket.acquire(5, { maxWait: 10 })).rejects.toThrow(RateLimitTimeoutError);
    await expect(bucket.acquire(11)).rejects.toThrow(RangeError);
    const order: number[] = [];
    const controller = new AbortController();
    const cancelled = bucket.acquire(2, { signal: controller.signal });
    const rest = [3, 1, 1].map(async (tokens, index) => {
      await bucket.acquire(tokens);
      order.push(index);
    });
    controller.abort(new Error('no longer needed'));
    await expect(cancelled).rejects.toThrow('no longer needed');
    await Promise.all(rest);
    expect(order).toEqual([0, 1, 2]);
    expect(bucket.pending).toBe(0);
  });

  test('holds back every process for the Retry-After that one was told', async () => {
    const one = bucketOf(connection.client);
    const other = bucketOf(await another());
    await one.acquire();
    one.report({ status: 429, retryAfter: 300 });
    await expect(one.tryAcquire()).resolves.toBe(false);
    const [here, there] = await Promise.all([one.acquire(), other.acquire()]);
    expect(here).toBeGreaterThan(280);
    expect(there).toBeGreaterThan(250);
  });

  test('throws within the timeout when the server is away, or goes on with its share, and comes back', async () => {
    const strict = bucketOf(connection.client, { timeout: 300 });
    const lenient = bucketOf(await another(), { timeout: 300, onUnavailable: 'local', processes: 2 });
    await Promise.all([strict.acquire(), lenient.acquire()]);
    await server.kill();
    const asked = performance.now();
    await expect(strict.acquire()).rejects.toThrow(LimiterUnavailableError);
    expect(performance.now() - asked).toBeLessThan(600);
    await lenient.acquire();
    const from = performance.now();
    for (let i = 0; i < 25; i += 1) await lenient.acquire();
    // Half of 100 a second.
    expect(performance.now() - from).toBeGreaterThan(450);
    await server.restart();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(strict.acquire()).resolves.toBeGreaterThanOrEqual(0);
    await expect(lenient.acquire()).resolves.toBeGreaterThanOrEqual(0);
  }, 20_000);
});
