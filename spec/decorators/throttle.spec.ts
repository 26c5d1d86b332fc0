import {
  ConcurrencyLimiter,
  PolicyError,
  RateLimitTimeoutError,
  Retry,
  SlidingWindow,
  stop,
  Throttle,
  TokenBucket,
  TokenBuckets,
  type Limit,
  wait,
  type ThrottledCall,
} from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { processContext, runAttempt, type RunningAttempt } from '../../lib/base/process-context.js';

describe('@Throttle', () => {
  let clock: VirtualClock;
  let bucket: TokenBucket;
  beforeEach(() => {
    clock = new VirtualClock();
    bucket = new TokenBucket({ rate: 10, capacity: 2, clock });
  });

  test('makes the method wait for the limiter, and keeps this, name and length', async () => {
    class Api {
      base = 1;
      @Throttle(bucket)
      async fetch(n: number): Promise<number> {
        return this.base + n;
      }
    }
    const api = new Api();
    await expect(Promise.all([api.fetch(1), api.fetch(2)])).resolves.toEqual([2, 3]);
    const third = api.fetch(3);
    expect(bucket.pending).toBe(1);
    await clock.advance(101);
    await expect(third).resolves.toBe(4);
    expect(api.fetch.name).toBe('fetch');
    expect(api.fetch.length).toBe(1);
  });

  test('takes the given number of tokens', async () => {
    class Api {
      @Throttle(bucket, { tokens: 2 })
      async fetch(): Promise<void> {}
    }
    await new Api().fetch();
    expect(bucket.available).toBe(0);
  });

  test('refuses tokens that the limiter can never grant as acquire does', async () => {
    class Api {
      @Throttle(bucket, { tokens: 3 })
      async fetch(): Promise<void> {}
    }
    await expect(new Api().fetch()).rejects.toThrow(RangeError);
  });

  test.each<[string, () => number]>([
    ['limiter', () => 3],
    ['limiter', () => Number.NaN],
    [
      'limiter',
      () => {
        throw new Error('no idea');
      },
    ],
    ['priority', () => Number.NaN],
  ])(
    'rejects with a PolicyError of %s for a function of it that is wrong, and does not call the method',
    async (option, wrong) => {
      let calls = 0;
      class Api {
        @Throttle(bucket, option === 'limiter' ? { tokens: wrong } : { priority: wrong as never })
        async fetch(): Promise<void> {
          calls += 1;
        }
      }
      const error = (await new Api().fetch().catch((thrown: unknown) => thrown)) as PolicyError;
      expect(error).toBeInstanceOf(PolicyError);
      expect(error).toMatchObject({ option, cause: expect.any(Error) as Error });
      expect(error.message).toContain(`${option} threw during a call of Api.fetch`);
      expect([calls, bucket.available]).toEqual([0, 2]);
    },
  );

  test.each<[string, (cost: () => number) => readonly Limit<ThrottledCall>[]]>([
    ['a limit of its own', (cost) => [{ limiter: bucket, cost }]],
    ['one limit of several', (cost) => [new ConcurrencyLimiter({ limit: 1, clock }), { limiter: bucket, cost }]],
  ])('rejects with a PolicyError for a cost of %s that it can never grant', async (_what, limits) => {
    class Api {
      @Throttle(limits(() => 3))
      async fetch(): Promise<void> {}
    }
    await expect(new Api().fetch()).rejects.toMatchObject({
      option: 'limiter',
      cause: expect.any(RangeError) as Error,
    });
  });

  test('below @Retry runs for every attempt', async () => {
    const at: number[] = [];
    class Api {
      @Retry({ stop: stop.afterAttempt(4), wait: wait.none(), clock })
      @Throttle(bucket)
      async fetch(): Promise<void> {
        at.push(clock.now());
        if (at.length < 4) throw new Error('again');
      }
    }
    const call = new Api().fetch();
    while (at.length < 4) await clock.next();
    await call;
    expect(at).toEqual([0, 0, 100, 200].map((ms) => expect.closeTo(ms, 2)));
  });

  test('below @Retry refuses at the deadline, after the error of the attempt before', async () => {
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    class Api {
      @Retry({ deadline: 100, clock, wait: wait.fixed(10) })
      @Throttle({ acquire: (...args) => slots.acquire(args[0], { signal: args[1]?.signal }), tryAcquire: () => false })
      async fetch(): Promise<void> {
        throw new Error('busy');
      }
    }
    const call = expect(new Api().fetch()).rejects.toMatchObject({
      code: 'TENAX_LIMITER_TIMEOUT',
      cause: new Error('busy'),
    });
    await clock.advance(100);
    await call;
    expect(slots.pending).toBe(0);
  });

  test('below @Retry gives its place back when the call is aborted or its attempt cut off', async () => {
    let calls = 0;
    const controller = new AbortController();
    class Api {
      @Retry({ signal: controller.signal, clock, stop: stop.afterAttempt(2) })
      @Throttle(bucket)
      async aborted(): Promise<void> {
        calls += 1;
      }
      @Retry({ attemptTimeout: 50, clock, stop: stop.afterAttempt(1), reraise: true })
      @Throttle(bucket)
      async late(): Promise<void> {
        calls += 1;
      }
    }
    await bucket.acquire(2);
    bucket.pauseFor(1000);
    const aborted = new Api().aborted();
    const late = new Api().late();
    late.catch(() => undefined);
    expect(bucket.pending).toBe(2);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(bucket.pending).toBe(1);
    await clock.advance(50);
    await expect(late).rejects.toMatchObject({ code: 'TENAX_ATTEMPT_TIMEOUT' });
    expect(bucket.pending).toBe(0);
    await clock.advance(5000);
    expect(calls).toBe(0);
    expect(bucket.available).toBe(2);
  });

  test('below @Retry does not call the method when the call is aborted right after the grant', async () => {
    const controller = new AbortController();
    const slots = new ConcurrencyLimiter({ limit: 1, clock });
    const fn = jest.fn();
    class Api {
      @Retry({ signal: controller.signal, stop: stop.never, clock })
      @Throttle([bucket, slots])
      async fetch(): Promise<void> {
        fn();
      }
    }
    const pending = new Api().fetch();
    expect([bucket.available, slots.inFlight]).toEqual([1, 1]);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await clock.advance(0);
    expect(fn).not.toHaveBeenCalled();
    expect([bucket.available, slots.inFlight]).toEqual([2, 0]);
  });

  test('takes one bucket for each key of the call', async () => {
    const buckets = new TokenBuckets({
      key: ({ self, args }: ThrottledCall) => `${(self as Api).tenant}/${String(args[0])}`,
      rate: 1,
      capacity: 1,
      clock,
    });
    class Api {
      constructor(readonly tenant: string) {}
      @Throttle(buckets)
      async fetch(user: string): Promise<string> {
        return user;
      }
    }
    await Promise.all([new Api('x').fetch('a'), new Api('x').fetch('b'), new Api('y').fetch('a')]);
    expect(buckets.size).toBe(3);
    void new Api('x').fetch('a');
    expect((buckets.get('x/a') as TokenBucket).pending).toBe(1);
  });

  test('throws for a wrong limiter or option when the class is defined', () => {
    expect(() => Throttle({} as never)).toThrow('@Throttle takes a rate limiter');
    expect(() => Throttle(null as never)).toThrow(TypeError);
    // Without parentheses, in either mode.
    const method = async (): Promise<void> => {};
    for (const second of [{ kind: 'method', name: 'load' }, 'load']) {
      expect(() => Throttle(method as never, second as never)).toThrow('@Throttle takes a rate limiter');
    }
    expect(() => Throttle(bucket, { tokens: -1 })).toThrow('@Throttle: tokens');
    expect(() => Throttle(bucket, { token: 1 } as never)).toThrow('did you mean "tokens"?');
  });
});

describe('@Throttle within an attempt', () => {
  const { signal } = new AbortController();
  const slots = new ConcurrencyLimiter({ limit: 1 });
  const told: unknown[] = [];
  const attempt: RunningAttempt = {
    signal,
    remaining: () => Infinity,
    confirm: () => void told.push('confirm'),
    waiting: (waits) => void told.push(waits),
  };
  class Api {
    @Throttle(slots)
    async fetch(): Promise<RunningAttempt | undefined> {
      told.push('called');
      return processContext.running;
    }
  }
  const fetchIn = (running: RunningAttempt): Promise<unknown> => runAttempt(running, () => new Api().fetch());
  beforeEach(() => void (told.length = 0));

  test('calls the method within it, and asks nobody again where there was no wait', async () => {
    expect(await fetchIn(attempt)).toBe(attempt);
    expect(told).toEqual(['called']);
  });

  test('tells it when a wait begins and ends, and asks the breakers above again before the method is called', async () => {
    await slots.acquire();
    const call = fetchIn(attempt);
    await null;
    expect(told).toEqual([true]);
    slots.release();
    expect(await call).toBe(attempt);
    expect(told).toEqual([true, false, 'confirm', 'called']);
  });

  test('tells it that the wait has ended when the limiter refuses, since the method above may handle that', async () => {
    await slots.acquire();
    class Impatient {
      @Throttle(slots, { maxWait: 1 })
      async fetch(): Promise<void> {}
    }
    const call = runAttempt(attempt, () => new Impatient().fetch());
    await expect(call).rejects.toThrow(RateLimitTimeoutError);
    expect(told).toEqual([true, false]);
    slots.release();
  });

  test('leaves it waiting when it is cut off, since the breakers above have yet to learn that', async () => {
    await slots.acquire();
    const controller = new AbortController();
    const call = runAttempt({ ...attempt, signal: controller.signal }, () => new Api().fetch());
    await null;
    controller.abort(new Error('cut off'));
    await expect(call).rejects.toThrow('cut off');
    expect(told).toEqual([true]);
    slots.release();
  });

  test('gives back what was granted where a breaker above refuses after the wait', async () => {
    await slots.acquire();
    const confirm = (): never => {
      throw new Error('open');
    };
    // An attempt need not want to know of waits.
    const call = fetchIn({ signal, remaining: () => Infinity, confirm });
    slots.release();
    await expect(call).rejects.toThrow('open');
    expect([told, slots.inFlight]).toEqual([[], 0]);
  });
});

describe('@Throttle with several limits', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  test('takes all of them, holds slots until the method has ended, and settles', async () => {
    const slots = new ConcurrencyLimiter({ limit: 2, clock });
    const words = new SlidingWindow({ limit: 100, window: 1000, unit: 'tokens', clock });
    const settle = jest.fn((answer: { used: number }) => answer.used);
    class Api {
      @Throttle([slots, { limiter: words, cost: ({ args }: ThrottledCall) => String(args[0]).length, settle }])
      async ask(question: string): Promise<{ used: number }> {
        await clock.sleep(100);
        return { used: question.length * 2 };
      }
    }
    const api = new Api();
    const answer = api.ask('hello');
    expect([slots.inFlight, words.available]).toEqual([1, 95]);
    await clock.advance(100);
    await expect(answer).resolves.toEqual({ used: 10 });
    expect([slots.inFlight, words.available]).toEqual([0, 90]);
    expect(settle).toHaveBeenCalledWith({ used: 10 }, { self: api, args: ['hello'] });
  });

  test('takes tokens as a function of the call, priority and maxWait', async () => {
    const bucket = new TokenBucket({ rate: 10, capacity: 5, clock });
    const order: number[] = [];
    class Api {
      @Throttle(bucket, {
        tokens: ({ args }) => Number(args[0]),
        priority: ({ args }) => Number(args[0]),
        maxWait: 700,
      })
      async take(n: number): Promise<void> {
        order.push(n);
      }
    }
    const api = new Api();
    const calls = [5, 1, 3, 4].map((n) => api.take(n).catch((error: Error) => error.name));
    await clock.advance(2000);
    // 4 and 3 go before 1, which then would wait for longer than it may.
    expect(order).toEqual([5, 4, 3]);
    await expect(Promise.all(calls)).resolves.toEqual([undefined, 'RateLimitTimeoutError', undefined, undefined]);
  });

  test('reports a failure that names a time, and frees the slot', async () => {
    const slots = new ConcurrencyLimiter({ limit: 2, clock });
    const refusal = Object.assign(new Error('429'), { response: { status: 429, headers: { 'retry-after': '2' } } });
    class Api {
      @Throttle(slots)
      async fetch(): Promise<void> {
        throw refusal;
      }
    }
    await expect(new Api().fetch()).rejects.toBe(refusal);
    expect(slots.inFlight).toBe(0);
    expect(slots.tryAcquire()).toBe(false);
    await clock.advance(2000);
    expect(slots.tryAcquire()).toBe(true);
  });

  test('rejects with the error about a wrong cost', async () => {
    class Api {
      @Throttle(new TokenBucket({ rate: 1, clock }), { tokens: () => Number.NaN })
      async fetch(): Promise<void> {}
    }
    await expect(new Api().fetch()).rejects.toThrow('@Throttle: cost');
    expect(() => Throttle(new TokenBucket({ rate: 1 }), { tokens: '1' as never })).toThrow('@Throttle: tokens');
    expect(() => Throttle(new TokenBucket({ rate: 1 }), { maxWait: -1 })).toThrow('maxWait');
  });
});
