import { inspect } from 'node:util';
import { allOf, retry, stop, TokenBuckets } from 'tenax';
import { LimiterFullError, LimiterUnavailableError, RateLimitTimeoutError, RedisConcurrencyLimiter } from 'tenax/redis';
import { setTesting } from 'tenax/testing';
import { advance, fate, Setting } from './setting';

describe('RedisConcurrencyLimiter', () => {
  const setting = new Setting();
  const limiterOf = (options: object = {}): RedisConcurrencyLimiter =>
    new RedisConcurrencyLimiter({ client: setting.redis, key: 'slots', limit: 3, lease: 300, ...options });

  test('grants at most `limit` slots to all processes together', async () => {
    const [one, other] = [limiterOf(), limiterOf()];
    await one.acquire(2);
    await other.acquire();
    const waiting = other.acquire();
    await advance(60);
    expect([one.inFlight, other.inFlight, other.pending, other.available]).toEqual([2, 1, 1, 0]);
    one.release();
    await advance(60);
    await expect(waiting).resolves.toBeGreaterThan(50);
    expect([one.inFlight, other.inFlight]).toEqual([1, 2]);
  });

  test('is printed with its slots', async () => {
    const slots = limiterOf();
    await slots.acquire(2);
    expect(inspect(slots)).toBe('RedisConcurrencyLimiter { limit: 3, inFlight: 2, pending: 0 }');
  });

  // A token that waits for a slot comes late. Callers that hold one slot and wait for the other would wait forever.
  test('is acquired before buckets, and before limiters whose keys come later, whatever order they are listed in', async () => {
    const [a, b] = ['a', 'b'].map((key) => limiterOf({ key, limit: 9 })) as [
      RedisConcurrencyLimiter,
      RedisConcurrencyLimiter,
    ];
    const bucket = setting.bucketOf();
    const evalsha = jest.spyOn(setting.redis, 'evalsha');
    for (const limiter of [allOf(bucket, b, a), allOf(a, bucket, b)]) {
      evalsha.mockClear();
      await limiter.acquire();
      expect(evalsha.mock.calls.map(([, , key]) => key)).toEqual(['a', 'b', 'k']);
    }
  });

  test('renews slots in use, and frees those of a dead process after its lease', async () => {
    const [alive, dead] = [limiterOf(), limiterOf()];
    await alive.acquire(2);
    await dead.acquire(1);
    await advance(10_000);
    await expect(limiterOf().tryAcquire()).resolves.toBe(false);
    const { evalsha } = setting.redis;
    // From now on, no command of the dead process arrives.
    setting.redis.evalsha = (sha, count, ...args) =>
      args[count]!.includes('"held":1,"asks":[]')
        ? new Promise(() => undefined)
        : evalsha.call(setting.redis, sha, count, ...args);
    await advance(250);
    const heir = limiterOf();
    await expect(heir.tryAcquire()).resolves.toBe(false);
    await advance(150);
    await expect(heir.tryAcquire()).resolves.toBe(true);
  });

  test('frees a slot that was released while the server was out of reach once it is back, long before the lease ends', async () => {
    const [one, other] = [limiterOf({ lease: 30_000 }), limiterOf({ lease: 30_000 })];
    await one.acquire(3);
    setting.redis.error = new Error('cut off');
    one.release(3);
    await advance(2000);
    setting.redis.error = undefined;
    await advance(1000);
    expect(await fate(other.acquire(3, { maxWait: 0 }))).toBe('granted');
  });

  test('run does not call the function when the signal aborts right after the grant', async () => {
    const limiter = limiterOf();
    const controller = new AbortController();
    const { acquire } = limiter;
    limiter.acquire = async (...args) => {
      await acquire.apply(limiter, args);
      controller.abort(new Error('enough'));
      return 0;
    };
    const fn = jest.fn();
    await expect(limiter.run(fn, { signal: controller.signal })).rejects.toThrow('enough');
    expect(fn).not.toHaveBeenCalled();
    expect(limiter.inFlight).toBe(0);
  });

  test('frees a slot that a command without a reply took', async () => {
    const [one, other] = [limiterOf({ lease: 30_000, timeout: 100 }), limiterOf({ lease: 30_000 })];
    setting.redis.hangs = true;
    const failed = fate(one.acquire(3));
    await advance(100);
    expect(await failed).toBeInstanceOf(LimiterUnavailableError);
    expect(setting.redis.slots.holders).toMatchObject([{ slots: 3 }]);
    setting.redis.hangs = false;
    await advance(1000);
    expect(await fate(other.acquire(3, { maxWait: 0 }))).toBe('granted');
  });

  test('stops reporting its slots to a server that stays away, and no longer than a lease', async () => {
    const limiter = limiterOf({ lease: 3000 });
    await limiter.acquire();
    setting.redis.error = new Error('cut off');
    limiter.release();
    await advance(3100);
    const { calls } = setting.redis;
    expect(calls).toBeGreaterThan(5);
    await advance(60_000);
    expect(setting.redis.calls).toBe(calls);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('loses its slots when its process stops for too long, and releasing them frees no other slots', async () => {
    const [slow, quick] = [limiterOf(), limiterOf({ lease: 60_000 })];
    await slow.acquire(3);
    setting.redis.status = 'reconnecting';
    await advance(400);
    setting.redis.status = 'ready';
    await quick.acquire(3);
    await advance(200);
    expect(slow.inFlight).toBe(3);
    slow.release(3);
    expect(slow.inFlight).toBe(0);
    await advance(10);
    await expect(slow.tryAcquire()).resolves.toBe(false);
    expect(setting.redis.slots.holders.reduce((sum, { slots }) => sum + slots, 0)).toBe(3);
    expect(() => slow.release()).toThrow('release: 1 slots are more than the 0 in use');
  });

  test('refuses a caller with maxWait 0 at once, also behind a caller that waits', async () => {
    const limiter = limiterOf();
    await limiter.acquire(3);
    const waiting = fate(limiter.acquire());
    const refused = [fate(limiter.acquire(1, { maxWait: 0 }))];
    await advance(0);
    expect(await Promise.race([refused[0], 'waits'])).toBeInstanceOf(RateLimitTimeoutError);
    await advance(10);
    refused.push(fate(limiter.acquire(1, { maxWait: 0 })));
    await advance(0);
    expect(await Promise.race([refused[1], 'waits'])).toBeInstanceOf(RateLimitTimeoutError);
    expect(limiter.pending).toBe(1);
    limiter.release(3);
    await advance(60);
    expect(await waiting).toBe('granted');
  });

  test('gives a slot to a caller with maxWait 0 that passes a larger one by its priority', async () => {
    const limiter = limiterOf();
    await limiter.acquire(2);
    setting.redis.latency = 20;
    const large = fate(limiter.acquire(2));
    await advance(10);
    const small = fate(limiter.acquire(1, { maxWait: 0, priority: 1 }));
    await advance(31);
    expect(await Promise.race([small, 'waits'])).toBe('granted');
    limiter.release(3);
    await advance(100);
    expect(await large).toBe('granted');
  });

  test('serves callers of a process by priority, and processes in order of arrival', async () => {
    const [one, other] = [limiterOf({ limit: 1 }), limiterOf({ limit: 1 })];
    await one.acquire();
    const order: string[] = [];
    const ask = (limiter: RedisConcurrencyLimiter, name: string, priority = 0) =>
      void limiter.acquire(1, { priority }).then(() => {
        order.push(name);
        setTimeout(() => limiter.release(), 5);
      });
    ask(other, 'first');
    await advance(1);
    ask(one, 'second');
    ask(one, 'urgent', 1);
    await advance(1);
    one.release();
    await advance(500);
    expect(order).toEqual(['first', 'urgent', 'second']);
  });

  test('refuses a caller beyond maxWait, beyond maxPending, or that wants more than the limit', async () => {
    const limiter = limiterOf({ maxPending: 1 });
    await limiter.acquire(3);
    const waiting = fate(limiter.acquire(1, { maxWait: 80 }));
    await advance(1);
    expect(await fate(limiter.acquire())).toBeInstanceOf(LimiterFullError);
    await advance(80);
    expect(await waiting).toBeInstanceOf(RateLimitTimeoutError);
    expect(await fate(limiter.acquire(1, { maxWait: 0 }))).toBeInstanceOf(RateLimitTimeoutError);
    await expect(limiter.acquire(4)).rejects.toThrow('acquire: tokens takes at most the limit (3), got 4');
    expect(limiter.pending).toBe(0);
  });

  test('ends a wait when its signal aborts, and takes nothing', async () => {
    const limiter = limiterOf({ limit: 1 });
    await limiter.acquire();
    const controller = new AbortController();
    const waiting = fate(limiter.acquire(1, { signal: controller.signal }));
    await advance(1);
    controller.abort('enough');
    expect(await waiting).toBe('enough');
    limiter.release();
    await advance(1);
    await expect(limiterOf({ limit: 1 }).tryAcquire()).resolves.toBe(true);
    await expect(limiter.acquire(1, { signal: AbortSignal.abort('late') })).rejects.toBe('late');
    await expect(limiter.acquire(0, { signal: AbortSignal.abort('late') })).rejects.toBe('late');
  });

  test('run holds a slot until the function has ended', async () => {
    const limiter = limiterOf();
    await expect(limiter.run(async () => limiter.inFlight)).resolves.toBe(1);
    await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await limiter.idle();
    expect(limiter.inFlight).toBe(0);
  });

  test('idle resolves once the last slot is free', async () => {
    const limiter = limiterOf();
    await limiter.acquire(2);
    const idle = jest.fn();
    void limiter.idle().then(idle);
    limiter.release();
    await advance(1);
    expect(idle).not.toHaveBeenCalled();
    limiter.release();
    await advance(1);
    expect(idle).toHaveBeenCalledTimes(1);
  });

  test('keeps its slots under its key', async () => {
    const evalsha = jest.spyOn(setting.redis, 'evalsha');
    await limiterOf({ key: 'exports' }).acquire();
    expect(evalsha.mock.calls[0]?.slice(1, 3)).toEqual([1, 'exports']);
  });

  test('does not use slots whose lease ended while the process was suspended', async () => {
    const limiter = limiterOf({ lease: 300 });
    setting.redis.latency = 10;
    const waiting = limiter.acquire();
    await advance(5);
    // Its monotonic clock stood still meanwhile.
    const { now } = Date;
    const suspended = jest.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + 300);
    await advance(5);
    expect([limiter.inFlight, limiter.pending]).toEqual([0, 1]);
    suspended.mockRestore();
    await advance(20);
    await waiting;
    expect(limiter.inFlight).toBe(1);
  });

  test('applies an assigned limit in every process', async () => {
    const [one, other] = [limiterOf(), limiterOf()];
    await one.acquire(3);
    const waiting = other.acquire(2);
    await advance(1);
    one.limit = 5;
    await advance(60);
    await waiting;
    expect(other.limit).toBe(5);
    expect(other.isLikeNew).toBe(false);
  });

  test('pauses every process for a 429 that names a time', async () => {
    const [one, other] = [limiterOf(), limiterOf()];
    one.report({ status: 429, retryAfter: 100 });
    const waiting = other.acquire();
    await advance(99);
    expect(other.pending).toBe(1);
    await advance(110);
    await expect(waiting).resolves.toBeGreaterThanOrEqual(100);
  });

  test('rejects all waiting callers when the server is unreachable', async () => {
    const limiter = limiterOf({ limit: 1 });
    await limiter.acquire();
    const waiting = fate(limiter.acquire());
    setting.redis.error = new Error('away');
    await advance(60);
    expect(await waiting).toBeInstanceOf(LimiterUnavailableError);
    await expect(limiter.tryAcquire()).rejects.toThrow('away');
  });

  test('tryAcquire does not overtake waiting callers, and sends nothing then', async () => {
    const limiter = limiterOf();
    await limiter.acquire(2);
    const waiting = limiter.acquire(2);
    await advance(1);
    const { calls } = setting.redis;
    await expect(limiter.tryAcquire()).resolves.toBe(false);
    await expect(limiter.tryAcquire(4)).rejects.toThrow(RangeError);
    await expect(limiter.tryAcquire(0)).resolves.toBe(true);
    expect(setting.redis.calls).toBe(calls);
    limiter.release(2);
    await advance(50);
    await waiting;
  });

  test('keeps the slots of a process that is busy for 30 s by default', async () => {
    const dead = limiterOf({ lease: undefined });
    await dead.acquire(3);
    setting.redis.status = 'reconnecting';
    await advance(29_000);
    setting.redis.status = 'ready';
    await expect(limiterOf().tryAcquire()).resolves.toBe(false);
  });

  test('sends nothing for an answer that names no time, or for a pause shorter than the one in force', async () => {
    const limiter = limiterOf();
    limiter.report({ status: 200 });
    limiter.pauseFor(100);
    limiter.pauseFor(50);
    await advance(0);
    expect(setting.redis.calls).toBe(1);
    await expect(limiter.tryAcquire()).resolves.toBe(false);
  });

  test('with the limit 0 lets callers wait until a limit is assigned', async () => {
    const limiter = limiterOf({ limit: 0 });
    const waiting = limiter.acquire(2);
    await advance(500);
    expect(limiter.pending).toBe(1);
    limiter.limit = 2;
    await advance(60);
    await waiting;
    expect(limiter.inFlight).toBe(2);
  });

  test('keeps a limit that is assigned while a command is under way', async () => {
    const limiter = limiterOf();
    setting.redis.latency = 10;
    const first = limiter.acquire();
    await advance(5);
    limiter.limit = 7;
    await advance(5);
    await first;
    expect(limiter.limit).toBe(7);
    await advance(20);
    expect([limiter.limit, setting.redis.slots.limit]).toEqual([7, 7]);
  });

  test('gives back slots that are granted to a caller that has left meanwhile', async () => {
    const limiter = limiterOf();
    setting.redis.latency = 10;
    const controller = new AbortController();
    const waiting = fate(limiter.acquire(3, { signal: controller.signal }));
    await advance(7);
    controller.abort('enough');
    await advance(20);
    expect(await waiting).toBe('enough');
    expect(limiter.inFlight).toBe(0);
    setting.redis.latency = 0;
    await expect(limiterOf().tryAcquire(3)).resolves.toBe(true);
  });

  test('is a limiter of policies', async () => {
    const limiter = limiterOf({ limit: 1 });
    const call = retry(async () => limiter.inFlight, { limiter, stop: stop.never });
    const calls = Promise.all([call(), call()]);
    await advance(60);
    await expect(calls).resolves.toEqual([1, 1]);
    expect(limiter.inFlight).toBe(0);
  });

  test('is dropped by TokenBuckets once no slot is in use and it is not paused', async () => {
    const byKey = new TokenBuckets({ bucket: (key) => limiterOf({ key }), maxIdle: 10 });
    const busy = byKey.get('busy') as RedisConcurrencyLimiter;
    await busy.acquire();
    (byKey.get('paused') as RedisConcurrencyLimiter).pauseFor(15);
    byKey.get('idle');
    await advance(10);
    byKey.get('other');
    byKey.get('other');
    expect(byKey.size).toBe(3);
    busy.release();
    await advance(10);
    byKey.get('other');
    expect(byKey.size).toBe(1);
  });

  test('grants at once in test mode', async () => {
    const restore = setTesting();
    const limiter = limiterOf({ limit: 1 });
    await limiter.acquire();
    await expect(limiter.tryAcquire()).resolves.toBe(true);
    limiter.release(2);
    restore();
    await expect(limiter.acquire(0)).resolves.toBe(0);
    expect(setting.redis.calls).toBe(0);
  });

  test('tryAcquire takes a slot in test mode though callers wait', async () => {
    const limiter = limiterOf({ limit: 0 });
    const controller = new AbortController();
    const waiting = fate(limiter.acquire(1, { signal: controller.signal }));
    await advance(1);
    const restore = setTesting();
    await expect(limiter.tryAcquire()).resolves.toBe(true);
    restore();
    controller.abort('enough');
    expect(await waiting).toBe('enough');
  });

  test.each<[object, string]>([
    [{ key: '' }, 'RedisConcurrencyLimiter: key takes a name that is not empty'],
    [{ limit: 1.5 }, 'RedisConcurrencyLimiter: limit takes a whole number'],
    [{ lease: 0 }, 'RedisConcurrencyLimiter: lease takes a finite number > 0'],
    [{ timeout: -1 }, 'RedisConcurrencyLimiter: timeout takes'],
    [{ maxPending: 1.5 }, 'RedisConcurrencyLimiter: maxPending takes'],
    [{ clock: 5 }, 'RedisConcurrencyLimiter: clock takes'],
    [{ client: undefined }, 'RedisConcurrencyLimiter: client takes a client of ioredis or node-redis, got undefined'],
    [{ client: 5 }, 'RedisConcurrencyLimiter: client takes a client of ioredis or node-redis, got 5'],
    [{ adaptive: true }, 'RedisConcurrencyLimiter has no option "adaptive"'],
    [{ client: {} }, 'RedisConcurrencyLimiter: client takes a client of ioredis or node-redis'],
  ])('refuses %j', (options, message) => {
    expect(() => limiterOf(options)).toThrow(message);
  });

  test('names what was given wrong later, and pauses for ever', async () => {
    const limiter = limiterOf();
    expect(() => (limiter.limit = 1.5)).toThrow('RedisConcurrencyLimiter: limit takes a whole number');
    await expect(limiter.run(5 as never)).rejects.toThrow('RedisConcurrencyLimiter.run takes a function');
    expect(() => limiter.pauseFor(-1)).toThrow('pauseFor takes');
    limiter.pauseFor(Infinity);
    await advance(1);
    await expect(limiter.tryAcquire()).resolves.toBe(false);
  });
});
