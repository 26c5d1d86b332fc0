import { setTesting } from 'tenax/testing';
import { RateLimitTimeoutError, TokenBuckets, type RateLimiter } from 'tenax';
import { LimiterUnavailableError, RedisTokenBucket, type RedisClientLike } from 'tenax/redis';
import { connections, type Connection } from './redis-clients';
import { describeWithRedis, RedisServer } from './redis-server';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// Real time throughout: the clock is the server's.
describeWithRedis.each(Object.keys(connections))('RedisTokenBucket with %s', (name) => {
  let server: RedisServer;
  let client: RedisClientLike;
  let key: string;
  let count = 0;
  const open: Connection[] = [];
  const another = async (): Promise<RedisClientLike> => {
    const made = await connections[name]!(server.port);
    open.push(made);
    return made.client;
  };
  const bucketOf = (options: object = {}): RedisTokenBucket =>
    new RedisTokenBucket({ client, key, rate: 100, capacity: 10, ...options });
  const calls = async (): Promise<number> => {
    const { evalsha = 0, eval: whole = 0 } = await server.commands();
    return evalsha + whole;
  };
  const level = async (): Promise<number> => {
    const read = `"return tostring(cmsgpack.unpack(redis.call('get',KEYS[1])).level)"`;
    return Number((await server.command('EVAL', read, '1', key)).split('\r\n')[1]);
  };

  beforeAll(async () => {
    server = await RedisServer.start();
    client = await another();
  });
  beforeEach(() => void (key = `bucket-${(count += 1)}`));
  afterAll(async () => {
    for (const each of open) each.close();
    await server.kill();
  });

  test('takes two commands for a lone caller that waits', async () => {
    const bucket = bucketOf({ rate: 20 });
    await bucket.acquire(10);
    const before = await calls();
    await expect(bucket.acquire(2)).resolves.toBeGreaterThan(80);
    expect((await calls()) - before).toBeLessThanOrEqual(2);
  });

  test('takes fewer commands than there are callers when many wait', async () => {
    // A command claims what comes within the next millisecond, at least; how much more depends on the machine's timers.
    const bucket = bucketOf({ rate: 2000, capacity: 50 });
    await bucket.acquire(50);
    const before = await calls();
    await Promise.all(Array.from({ length: 200 }, () => bucket.acquire()));
    expect((await calls()) - before).toBeLessThan(150);
  });

  test('keeps everything under one key, which Redis forgets once the bucket is full', async () => {
    await bucketOf({ rate: 10 }).acquire(5);
    expect(await server.command('KEYS', `${key}*`)).toContain('*1\r\n');
    const expiry = Number(/:(\d+)/.exec(await server.command('PTTL', key))![1]);
    expect(expiry).toBeGreaterThan(500);
    expect(expiry).toBeLessThan(2000);
  });

  test('refuses without a trace, and serves first come, first served', async () => {
    const bucket = bucketOf();
    await bucket.acquire(10);
    await expect(bucket.tryAcquire(5)).resolves.toBe(false);
    await expect(bucket.acquire(5, { maxWait: 10 })).rejects.toThrow(RateLimitTimeoutError);
    await expect(bucket.acquire(11)).rejects.toThrow(RangeError);
    await expect(bucket.tryAcquire(11)).rejects.toThrow(RangeError);
    await expect(bucket.acquire(Number.NaN)).rejects.toThrow('acquire: tokens');
    await expect(bucket.acquire(0)).resolves.toBe(0);
    expect(await level()).toBeLessThan(4);
    const order: number[] = [];
    const rest = [3, 1, 2].map(async (tokens, index) => {
      await bucket.acquire(tokens);
      order.push(index);
    });
    await expect(bucket.tryAcquire(1)).resolves.toBe(false);
    await Promise.all(rest);
    expect(order).toEqual([0, 1, 2]);
    expect(bucket.pending).toBe(0);
  });

  test('refuses at once behind a queue that is too long already', async () => {
    const bucket = bucketOf({ rate: 10, capacity: 1 });
    await bucket.acquire();
    const waits = [1, 1, 1].map((tokens) => bucket.acquire(tokens));
    await sleep(20);
    const asked = performance.now();
    await expect(bucket.acquire(1, { maxWait: 200 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    expect(performance.now() - asked).toBeLessThan(50);
    await Promise.all(waits);
  });

  test('serves the next at once when a waiter has left, and charges nothing for who waits', async () => {
    const bucket = bucketOf({ rate: 10 });
    await bucket.acquire(10);
    const controller = new AbortController();
    const cancelled = bucket.acquire(2, { signal: controller.signal });
    await sleep(50);
    const before = await calls();
    const asked = performance.now();
    const next = bucket.acquire(2);
    controller.abort(new Error('no longer needed'));
    await expect(cancelled).rejects.toThrow('no longer needed');
    await next;
    // As the cancelled one would have: its own reservation would have come 200 ms later.
    expect(performance.now() - asked).toBeLessThan(250);
    expect((await calls()) - before).toBeLessThanOrEqual(2);
    const last = new AbortController();
    const unwanted = bucket.acquire(10, { signal: last.signal });
    await sleep(50);
    last.abort(new Error('never mind'));
    await expect(unwanted).rejects.toThrow('never mind');
    await sleep(50);
    expect(await level()).toBeGreaterThan(-0.5);
  });

  test('ends several waits of one signal, and none of them is granted in between', async () => {
    const bucket = bucketOf({ rate: 10 });
    await bucket.acquire(10);
    const controller = new AbortController();
    const { signal } = controller;
    const outcomes = Promise.allSettled([5, 1, 1].map((tokens) => bucket.acquire(tokens, { signal })));
    await sleep(20);
    controller.abort('all');
    expect(await outcomes).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: 'all' })));
    expect(bucket.pending).toBe(0);
    await expect(bucket.acquire(1, { signal })).rejects.toBe('all');
  });

  test('holds back every process for the Retry-After that one was told', async () => {
    const one = bucketOf();
    const other = bucketOf({ client: await another() });
    await one.acquire();
    one.report({ status: 429, retryAfter: 300 });
    await expect(one.tryAcquire()).resolves.toBe(false);
    const [here, there] = await Promise.all([one.acquire(), other.acquire()]);
    expect(here).toBeGreaterThan(280);
    expect(there).toBeGreaterThan(250);
  });

  test('lets the latest end of several pauses win, and refills nothing meanwhile', async () => {
    const one = bucketOf();
    const other = bucketOf({ client: await another() });
    await one.acquire(10);
    other.pauseFor(300);
    one.pauseFor(100);
    await sleep(20);
    await expect(one.acquire(5)).resolves.toBeGreaterThan(320);
  });

  test('lowers the level to what the server says is left', async () => {
    const bucket = bucketOf({ rate: 10 });
    bucket.report({ status: 200, rateLimit: { remaining: 2 } });
    await bucket.acquire(2);
    await expect(bucket.tryAcquire(2)).resolves.toBe(false);
    expect(await level()).toBeLessThan(150);
  });

  test('knows how much is there, as far as this process can', async () => {
    const bucket = bucketOf({ rate: 10 });
    expect(bucket.available).toBe(10);
    await bucket.acquire(4);
    expect(bucket.available).toBeGreaterThanOrEqual(6);
    expect(bucket.available).toBeLessThan(7);
  });

  test('settles a new rate at the old one, and is paused at 0', async () => {
    const bucket = bucketOf({ rate: 10 });
    await bucket.acquire(10);
    await sleep(200);
    bucket.rate = 1000;
    // Two tokens of the old rate rather than 200 of the new one.
    await expect(bucket.tryAcquire(5)).resolves.toBe(false);
    await expect(bucket.tryAcquire(10)).resolves.toBe(false);
    bucket.rate = 0;
    await expect(bucket.tryAcquire()).resolves.toBe(false);
    await expect(bucket.acquire(1, { maxWait: 1e6 })).rejects.toThrow(RateLimitTimeoutError);
    const granted = bucket.acquire();
    await sleep(50);
    expect(bucket.pending).toBe(1);
    bucket.rate = 100;
    await granted;
  });

  test('keeps an assigned rate for the other processes, also after the bucket was full for a while', async () => {
    const bucket = bucketOf({ rate: 1000 });
    await bucket.acquire();
    bucket.rate = 50;
    await sleep(1500);
    const other = bucketOf({ rate: 1000, client: await another() });
    await other.acquire();
    expect(other.rate).toBe(50);
  });

  test('sends the script whole when the server has forgotten it', async () => {
    const bucket = bucketOf();
    await bucket.acquire();
    await server.command('SCRIPT', 'FLUSH');
    await expect(bucket.acquire()).resolves.toBeLessThan(100);
    await server.command('SCRIPT', 'FLUSH');
    await expect(bucket.tryAcquire()).resolves.toBe(true);
    expect(await level()).toBeGreaterThanOrEqual(7);
  });

  test('takes a server that became a replica for one that is away', async () => {
    const strict = bucketOf();
    const lenient = bucketOf({ onUnavailable: 'local', timeout: 100 });
    await strict.acquire();
    await server.command('REPLICAOF', '127.0.0.1', '1');
    try {
      await expect(strict.acquire()).rejects.toThrow('READONLY');
      await expect(strict.tryAcquire()).rejects.toThrow(LimiterUnavailableError);
      // Alone, from nothing: a token in ten milliseconds.
      await expect(lenient.acquire()).resolves.toBeGreaterThan(5);
    } finally {
      await server.command('REPLICAOF', 'NO', 'ONE');
    }
    await expect(strict.acquire()).resolves.toBeLessThan(100);
    await sleep(150);
    await lenient.acquire();
    expect(lenient.available).toBeGreaterThan(0);
  });

  test('gives back what a command charged that timed out', async () => {
    const bucket = bucketOf({ rate: 1, timeout: 100 });
    await bucket.acquire();
    const before = await calls();
    // Its own goodbye is answered after the pause.
    const paused = server.command('CLIENT', 'PAUSE', '300', 'ALL');
    await sleep(20);
    const asked = performance.now();
    await expect(bucket.acquire(3)).rejects.toThrow('no reply from the store within 100 ms');
    expect(performance.now() - asked).toBeLessThan(200);
    await paused;
    await sleep(100);
    expect((await calls()) - before).toBe(1);
    // It was charged, once, and is given back with the next command.
    expect(await level()).toBeLessThan(7.1);
    expect(await level()).toBeGreaterThan(5.9);
    await expect(bucket.acquire()).resolves.toBeLessThan(50);
    expect(await level()).toBeGreaterThan(7.9);
  });

  test('asks a limiter of each key, where there is one for each', async () => {
    const buckets = new TokenBuckets({
      key: (user: string) => user,
      bucket: (user): RateLimiter => bucketOf({ key: `${key}:${user}`, capacity: 1, rate: 1 }),
      maxIdle: 0,
    });
    await Promise.all([buckets.for('a').acquire(), buckets.for('b').acquire()]);
    await expect(buckets.for('a').tryAcquire()).resolves.toBe(false);
    await sleep(20);
    expect(buckets.size).toBeLessThanOrEqual(2);
    // Forgotten here, and known to Redis.
    await expect(buckets.for('b').tryAcquire()).resolves.toBe(false);
  });

  test('grants at once while the process is under test', async () => {
    const restore = setTesting();
    try {
      const before = await calls();
      await expect(bucketOf().acquire(10)).resolves.toBe(0);
      await expect(bucketOf().tryAcquire(10)).resolves.toBe(true);
      expect((await calls()) - before).toBe(0);
    } finally {
      restore();
    }
  });

  test('throws within the timeout when the server is away, or goes on with its share, and comes back', async () => {
    const strict = bucketOf({ timeout: 300 });
    const lenient = bucketOf({ client: await another(), timeout: 300, onUnavailable: 'local', processes: 2 });
    await Promise.all([strict.acquire(), lenient.acquire()]);
    await server.kill();
    const asked = performance.now();
    await expect(strict.acquire()).rejects.toThrow(LimiterUnavailableError);
    expect(performance.now() - asked).toBeLessThan(400);
    const askedAgain = performance.now();
    await expect(strict.tryAcquire()).rejects.toMatchObject({ code: 'TENAX_LIMITER_UNAVAILABLE' });
    expect(performance.now() - askedAgain).toBeLessThan(50);
    await lenient.acquire();
    const from = performance.now();
    for (let i = 0; i < 25; i += 1) await lenient.acquire();
    // Half of 100 a second.
    expect(performance.now() - from).toBeGreaterThan(450);
    await expect(lenient.acquire(5, { maxWait: 10 })).rejects.toThrow(RateLimitTimeoutError);
    await server.restart();
    // When the clients connect again is up to them.
    const again = async (): Promise<number> => strict.acquire().catch(async () => sleep(50).then(again));
    expect(await again()).toBeGreaterThanOrEqual(0);
    await expect(lenient.acquire()).resolves.toBeGreaterThanOrEqual(0);
  }, 20_000);
});

describe('RedisTokenBucket', () => {
  const client = { evalsha: async () => [], eval: async () => [] };

  test('refuses wrong options at once, naming the option and what it takes', () => {
    const wrong: [object, string][] = [
      [{ client: undefined }, 'RedisTokenBucket: client takes a client of ioredis or node-redis'],
      [{ client: {} }, 'RedisTokenBucket: client'],
      [{ client: null }, 'RedisTokenBucket: client'],
      [{ client: 'redis://' }, 'RedisTokenBucket: client'],
      [{ key: '' }, 'RedisTokenBucket: key'],
      [{ rate: -1 }, 'RedisTokenBucket: rate'],
      [{ capacity: 0 }, 'RedisTokenBucket: capacity'],
      [{ onUnavailable: 'wait' }, "RedisTokenBucket: onUnavailable takes 'throw' or 'local'"],
      [{ timeout: -1 }, 'RedisTokenBucket: timeout'],
      [{ processes: 0 }, 'RedisTokenBucket: processes'],
      [{ prefix: 'x' }, 'RedisTokenBucket has no option "prefix"'],
    ];
    for (const [options, message] of wrong) {
      expect(() => new RedisTokenBucket({ client, key: 'k', rate: 1, ...options } as never)).toThrow(message);
    }
  });

  test('says what is wrong when the client was never connected', async () => {
    const bucket = new RedisTokenBucket({
      client: { ...client, status: 'connecting' },
      key: 'k',
      rate: 1,
      timeout: 50,
    });
    await expect(bucket.acquire()).rejects.toThrow('the client is not connected');
  });
});
