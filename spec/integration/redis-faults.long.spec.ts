import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Redis from 'ioredis';
import { LimiterUnavailableError, RedisConcurrencyLimiter, RedisTokenBucket, type RedisClientLike } from 'tenax/redis';
import { atRate, excess } from '../limits/bound';
import { describeWithRedis, RedisServer } from './redis-server';
import type { Done } from './redis-worker';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// Real time throughout: the clock is the server's.
describeWithRedis('Shared limits, when something goes wrong', () => {
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];
  const start = async (): Promise<RedisServer> => {
    const server = await RedisServer.start();
    servers.push(server);
    return server;
  };
  const connect = ({ port }: RedisServer): Redis => {
    const client = new Redis({ port, retryStrategy: () => 50 }).on('error', () => undefined);
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.kill()));
  });

  test('twelve processes whose callers give up are granted what the rate allows', async () => {
    const server = await start();
    const buckets = Array.from(
      { length: 12 },
      () => new RedisTokenBucket({ client: connect(server), key: 'k', rate: 20, capacity: 2 }),
    );
    let granted = 0;
    const end = performance.now() + 5000;
    const caller = async (bucket: RedisTokenBucket): Promise<void> => {
      while (performance.now() < end) {
        await bucket.acquire(1, { signal: AbortSignal.timeout(125) }).then(
          () => (granted += 1),
          () => undefined,
        );
        await sleep(30);
      }
    };
    await Promise.all(buckets.map(caller));
    // The 95 % are a matter of spec/limits/shared/claimant.give-ups.spec.ts: here every late timer of a busy machine costs a token.
    expect(granted).toBeGreaterThanOrEqual(85);
    expect(granted).toBeLessThanOrEqual(104);
    await expect(buckets[0]!.acquire(1, { maxWait: 1000 })).resolves.toBeLessThan(300);
  }, 30_000);

  test('processes that are stopped and continued by signals stay within the bound', async () => {
    const [rate, capacity] = [50, 10];
    const server = await start();
    const work = { client: 'ioredis', port: server.port, bucket: { key: 'k', rate, capacity }, callers: 5 };
    const children: ChildProcess[] = [];
    for (let i = 0; i < 8; i += 1) {
      const args = [JSON.stringify(work)];
      const child = fork(join(__dirname, 'redis-worker.ts'), args, { execArgv: ['--import', 'tsx'] });
      children.push(child);
      await once(child, 'message');
    }
    const from = Date.now() + 100;
    const until = from + 8000;
    for (const child of children) child.send({ from, until });
    await sleep(300);
    while (Date.now() < until - 1000) {
      const child = children[Math.floor(Math.random() * children.length)]!;
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), 50 + Math.random() * 700);
      await sleep(100);
    }
    const done = await Promise.all(
      children.map(async (child) => {
        const [one] = (await once(child, 'message')) as [Done];
        child.disconnect();
        return one;
      }),
    );
    const grants = done.flatMap((one) => one.grants).sort((a, b) => a - b);
    const first = grants[0]!;
    // A grant is noted a moment after it was made: ten milliseconds of the rate.
    const all = grants.map((at) => ({ at: at - first, tokens: 1 }));
    expect(excess(atRate(rate, all), capacity)).toBeLessThanOrEqual(0.5);
    expect(grants.length).toBeGreaterThan((0.9 * (rate * (grants.at(-1)! - first))) / 1000);
  }, 60_000);

  test('a clock that is set back loses a grant or so, and a pause ends when it was to end', async () => {
    const server = await start();
    const client = connect(server);
    let seconds = 0;
    const shifted = (script: string): string =>
      script.replace(
        "redis.call('TIME')",
        `(function() local t = redis.call('TIME') return { tostring(tonumber(t[1]) + (${seconds})), t[2] } end)()`,
      );
    const clocked = {
      status: 'ready',
      evalsha: () => Promise.reject(new Error('NOSCRIPT')),
      eval: (script: string, keys: number, ...args: string[]) => client.eval(shifted(script), keys, ...args),
    } as unknown as RedisClientLike;
    const bucketOf = (key: string) => new RedisTokenBucket({ client: clocked, key, rate: 20, capacity: 5 });
    const bucket = bucketOf('k');
    await bucket.acquire(5);
    const paused = bucketOf('paused');
    paused.pauseFor(600);
    await sleep(200);
    seconds = -3600;
    let granted = 0;
    const end = performance.now() + 2000;
    const asked = performance.now();
    const over = bucketOf('paused').acquire(1, { maxWait: 5000 });
    while (performance.now() < end) await bucket.acquire().then(() => (granted += 1));
    expect(granted).toBeGreaterThanOrEqual(36);
    expect(granted).toBeLessThanOrEqual(47);
    const waited = await over;
    expect(waited).toBeGreaterThanOrEqual(350);
    expect(waited).toBeLessThan(500);
    expect(performance.now() - asked).toBeGreaterThan(1900);
  }, 30_000);

  test('a server that hangs is unavailable after the timeout, and nothing is lost when it goes on', async () => {
    const server = await start();
    const bucket = new RedisTokenBucket({ client: connect(server), key: 'k', rate: 10, capacity: 10, timeout: 300 });
    await bucket.acquire(5);
    server.signal('SIGSTOP');
    const asked = performance.now();
    await expect(bucket.acquire(5)).rejects.toThrow(LimiterUnavailableError);
    expect(performance.now() - asked).toBeLessThan(500);
    server.signal('SIGCONT');
    await sleep(700);
    // The five that nobody received have been given back.
    await expect(bucket.acquire(10, { maxWait: 300 })).resolves.toBeLessThan(300);
  }, 30_000);

  test('a replica that takes over knows what was taken', async () => {
    const [primary, replica] = [await start(), await start()];
    await replica.command('REPLICAOF', '127.0.0.1', String(primary.port));
    while (!(await replica.command('INFO', 'replication')).includes('master_link_status:up')) await sleep(50);
    let current = connect(primary);
    // What a client does that follows a Sentinel.
    const client = {
      get status() {
        return current.status;
      },
      evalsha: (sha: string, keys: number, ...args: string[]) => current.evalsha(sha, keys, ...args),
      eval: (script: string, keys: number, ...args: string[]) => current.eval(script, keys, ...args),
    } as unknown as RedisClientLike;
    const bucket = new RedisTokenBucket({ client, key: 'k', rate: 5, capacity: 50, timeout: 300 });
    for (let i = 0; i < 50; i += 1) await bucket.acquire();
    await sleep(100);
    await primary.kill();
    await replica.command('REPLICAOF', 'NO', 'ONE');
    current = connect(replica);
    await sleep(300);
    let granted = 0;
    while (await bucket.tryAcquire()) granted += 1;
    expect(granted).toBeLessThanOrEqual(6);
    await expect(bucket.acquire()).resolves.toBeLessThan(500);
  }, 30_000);

  test('slots of a process that is killed are free after its lease', async () => {
    const server = await start();
    const limiterOf = (client = connect(server)) =>
      new RedisConcurrencyLimiter({ client, key: 's', limit: 3, lease: 600 });
    const [one, other] = [limiterOf(), limiterOf()];
    await one.acquire(2);
    await other.acquire();
    await expect(other.tryAcquire()).resolves.toBe(false);
    await sleep(1000);
    // It is renewed.
    await expect(other.tryAcquire()).resolves.toBe(false);
    clients[0]!.disconnect();
    const asked = performance.now();
    await other.acquire(2);
    expect(performance.now() - asked).toBeLessThan(900);
    other.release(3);
    await other.idle();
    await expect(limiterOf().tryAcquire(3)).resolves.toBe(true);
  }, 30_000);

  test('a limit that a process assigned applies to a process that had nothing to do meanwhile', async () => {
    const server = await start();
    const limiterOf = () => new RedisConcurrencyLimiter({ client: connect(server), key: 's', limit: 3, lease: 200 });
    const [one, other] = [limiterOf(), limiterOf()];
    await one.acquire();
    one.release();
    one.limit = 0;
    await one.idle();
    await sleep(1500);
    await expect(other.tryAcquire()).resolves.toBe(false);
    expect(other.limit).toBe(0);
  }, 30_000);
});
