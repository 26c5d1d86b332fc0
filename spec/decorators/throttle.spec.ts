import { Retry, stop, Throttle, TokenBucket, TokenBuckets, wait, type ThrottledCall } from 'tenax';
import { VirtualClock } from 'tenax/testing';

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

  test('takes as many tokens as it is told', async () => {
    class Api {
      @Throttle(bucket, { tokens: 2 })
      async fetch(): Promise<void> {}
    }
    await new Api().fetch();
    expect(bucket.available).toBe(0);
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

  test('refuses what is no limiter and wrong options when the class is defined', () => {
    expect(() => Throttle({} as never)).toThrow('@Throttle takes a rate limiter');
    expect(() => Throttle(null as never)).toThrow(TypeError);
    expect(() => Throttle(bucket, { tokens: -1 })).toThrow('@Throttle: tokens');
    expect(() => Throttle(bucket, { token: 1 } as never)).toThrow('did you mean "tokens"?');
  });
});
