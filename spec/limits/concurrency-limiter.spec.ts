import { allOf, ConcurrencyLimiter, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';

describe('ConcurrencyLimiter', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));
  const make = (options = {}): ConcurrencyLimiter => new ConcurrencyLimiter({ limit: 2, clock, ...options });

  test('runs as many functions at once as it has slots', async () => {
    const limiter = make();
    const log: string[] = [];
    const all = [0, 1, 2].map((i) =>
      limiter.run(async () => {
        log.push(`${i} begins at ${clock.now()}`);
        await clock.sleep(100);
        return i;
      }),
    );
    expect([limiter.inFlight, limiter.pending, limiter.available]).toEqual([2, 1, 0]);
    await clock.advance(300);
    await expect(Promise.all(all)).resolves.toEqual([0, 1, 2]);
    expect(log).toEqual(['0 begins at 0', '1 begins at 0', '2 begins at 100']);
    expect(limiter.inFlight).toBe(0);
  });

  test('run rejects as soon as the signal aborts, and holds the slot until the function has ended', async () => {
    const limiter = make();
    const controller = new AbortController();
    const run = limiter.run(() => clock.sleep(100), { signal: controller.signal });
    await clock.advance(10);
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(limiter.inFlight).toBe(1);
    await clock.advance(90);
    expect(limiter.inFlight).toBe(0);
  });

  test('run does not call the function when the signal aborts right after the grant', async () => {
    const limiter = make();
    const controller = new AbortController();
    const fn = jest.fn();
    const run = limiter.run(fn, { signal: controller.signal });
    expect(limiter.inFlight).toBe(1);
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(fn).not.toHaveBeenCalled();
    expect(limiter.inFlight).toBe(0);
  });

  test('run frees the slot of a function that throws at once', async () => {
    const limiter = make();
    await expect(
      limiter.run(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(limiter.inFlight).toBe(0);
  });

  test('idle resolves when no slot is in use and no caller waits', async () => {
    const limiter = make({ limit: 1 });
    await limiter.acquire();
    const controller = new AbortController();
    limiter.acquire(1, { signal: controller.signal }).catch(() => undefined);
    let idle = false;
    void limiter.idle().then(() => (idle = true));
    limiter.release();
    await clock.advance(0);
    expect(idle).toBe(false);
    limiter.release();
    await clock.advance(0);
    expect(idle).toBe(true);
    await limiter.idle();
  });

  test('keeps the place of a waiter above the limit in force, and lets waiters behind it pass', async () => {
    const limiter = make({ limit: 4, adaptive: true });
    const served: number[] = [];
    await limiter.acquire(4);
    limiter.report({ status: 429 });
    expect(limiter.limit).toBe(2);
    void limiter.acquire(4).then(() => served.push(4));
    void limiter.acquire(1).then(() => served.push(1));
    limiter.release(4);
    await clock.advance(0);
    expect(served).toEqual([1]);
    limiter.release();
    limiter.limit = 4;
    await clock.advance(0);
    expect(served).toEqual([1, 4]);
  });

  test('refuses more than the configured limit, except while it is paused by a limit of 0', async () => {
    const limiter = make();
    await expect(limiter.acquire(3)).rejects.toThrow(RangeError);
    limiter.limit = 0;
    let granted = false;
    void limiter.acquire(3).then(() => (granted = true));
    await clock.advance(1000);
    expect(granted).toBe(false);
    limiter.limit = 3;
    await clock.advance(0);
    expect(granted).toBe(true);
  });

  test('release of more than is in flight is an Error and changes nothing', async () => {
    const limiter = make();
    await limiter.acquire();
    expect(() => limiter.release(2)).toThrow(Error);
    expect(limiter.inFlight).toBe(1);
  });

  test('pauses for a 429 that names a time', async () => {
    const limiter = make();
    limiter.report({ status: 429, retryAfter: 500 });
    expect(limiter.tryAcquire()).toBe(false);
    let at = 0;
    void limiter.acquire().then(() => (at = clock.now()));
    await clock.advance(1000);
    expect(at).toBe(500);
  });

  test('refuses a waiter at the moment when its maxWait is over', async () => {
    const limiter = make({ limit: 1 });
    await limiter.acquire();
    const refused = limiter.acquire(1, { maxWait: 100 });
    let ended = false;
    refused.catch(() => (ended = true));
    await clock.advance(99);
    expect(ended).toBe(false);
    await clock.advance(1);
    await expect(refused).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT', maxWait: 100 });
    expect([limiter.pending, clock.pending]).toEqual([0, 0]);
    await expect(limiter.acquire(1, { maxWait: 0 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
  });

  describe('that is adaptive', () => {
    test('is cut once per round trip, by `began`, and recovers while half of it is in use', async () => {
      const limiter = make({ limit: 10, adaptive: true });
      await limiter.acquire(10);
      await clock.advance(10);
      for (let i = 0; i < 10; i += 1) limiter.report({ status: 429, began: 0 });
      expect(limiter.limit).toBe(7);
      await clock.advance(10);
      limiter.report({ status: 503, began: 15 });
      expect(limiter.limit).toBe(4);
      limiter.release(6);
      for (let i = 0; i < 100; i += 1) limiter.report({ status: 200, began: 20 });
      expect(limiter.limit).toBeGreaterThan(6);
      limiter.release(4);
      const unused = limiter.limit;
      for (let i = 0; i < 100; i += 1) limiter.report({ status: 200, began: 20 });
      expect(limiter.limit).toBe(unused);
    });

    test('without `began`, is not cut again by attempts that were in flight at the cut', async () => {
      const limiter = make({ limit: 10, adaptive: true });
      await limiter.acquire(5);
      for (let i = 0; i < 5; i += 1) limiter.report({ timedOut: true });
      expect(limiter.limit).toBe(7);
      limiter.report({ timedOut: true });
      expect(limiter.limit).toBe(4);
    });

    test('is cut once by calls that are refused at the moment at which they began', async () => {
      const limiter = make({ limit: 10, adaptive: true });
      const refused = (): Promise<unknown> =>
        limiter.run(() => Promise.reject(Object.assign(new Error('429'), { status: 429 }))).catch(() => undefined);
      await Promise.all(Array.from({ length: 10 }, refused));
      expect(limiter.limit).toBe(7);
    });

    test('stays from 1 to the configured limit', async () => {
      const limiter = make({ limit: 3, adaptive: true });
      for (let i = 0; i < 20; i += 1) {
        await clock.advance(1);
        limiter.report({ status: 429, began: clock.now() });
      }
      expect(limiter.limit).toBe(1);
      await limiter.acquire();
      for (let i = 0; i < 100; i += 1) limiter.report({ status: 200 });
      expect(limiter.limit).toBeLessThanOrEqual(3);
    });

    test('run reports a failure by its status, or as a timeout', async () => {
      const limiter = make({ limit: 10, adaptive: true });
      const fail = (error: object): Promise<unknown> =>
        limiter.run(() => Promise.reject(error as Error)).catch(() => undefined);
      await fail(Object.assign(new Error('404'), { status: 404 }));
      expect(limiter.limit).toBe(10);
      await fail(Object.assign(new Error('503'), { status: 503 }));
      expect(limiter.limit).toBe(7);
      await clock.advance(10);
      await fail(Object.assign(new Error('late'), { name: 'TimeoutError' }));
      expect(limiter.limit).toBe(4);
    });
  });

  test('names what it takes', async () => {
    await expect(make().run('no' as never)).rejects.toThrow('ConcurrencyLimiter.run takes a function');
    await expect(make().acquire(3)).rejects.toThrow('limit');
  });

  test('keeps its limit whatever servers say, unless it is adaptive', () => {
    const limiter = make();
    limiter.report({ status: 429 });
    expect(limiter.limit).toBe(2);
    limiter.limit = 4;
    limiter.report({ status: 503 });
    expect(limiter.limit).toBe(4);
  });

  test('serves waiters when its limit in force rises', async () => {
    const limiter = make({ limit: 4, adaptive: true });
    limiter.report({ status: 429 });
    await limiter.acquire(2);
    let granted = false;
    void limiter.acquire().then(() => (granted = true));
    await clock.advance(1);
    expect(granted).toBe(false);
    for (let i = 0; i < 3; i += 1) limiter.report({ status: 200 });
    await clock.advance(0);
    expect([limiter.limit, granted]).toEqual([3, true]);
  });

  test('sets no timer for a caller that waits for a slot, in virtual time', async () => {
    const limiter = make();
    await limiter.acquire(2);
    void limiter.acquire();
    expect(clock.pending).toBe(0);
  });

  test('a caller of a paused limiter is granted when the pause ends, or refused at once', async () => {
    const limiter = make();
    await clock.advance(100);
    limiter.pauseFor(500);
    await expect(limiter.acquire(1, { maxWait: 499 })).rejects.toMatchObject({ wait: 500 });
    const waited = limiter.acquire(1, { maxWait: 500 });
    await clock.advance(500);
    await expect(waited).resolves.toBe(500);
  });

  test('idle does not resolve while callers wait for a pause to end', async () => {
    const limiter = make();
    limiter.pauseFor(500);
    void limiter.acquire();
    let idle = false;
    void limiter.idle().then(() => (idle = true));
    limiter.pauseFor(600);
    await clock.advance(600);
    expect(idle).toBe(false);
    limiter.release();
    await clock.advance(0);
    expect(idle).toBe(true);
  });

  test('idle resolves when the only waiter is dropped while its signal aborts', async () => {
    const limiter = make({ limit: 0 });
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => (limiter.limit = 2));
    limiter.acquire(1, { signal: controller.signal }).catch(() => undefined);
    let idle = false;
    void limiter.idle().then(() => (idle = true));
    controller.abort('stop');
    await clock.advance(0);
    expect([idle, limiter.inFlight]).toEqual([true, 0]);
  });

  test('serves the callers behind one that gave up, although the first needs more than is in force', async () => {
    const limiter = make({ limit: 4, adaptive: true });
    limiter.report({ status: 429 });
    await limiter.acquire();
    const controller = new AbortController();
    const granted: number[] = [];
    void limiter.acquire(4).then(() => granted.push(4));
    limiter.acquire(2, { signal: controller.signal }).catch(() => undefined);
    void limiter.acquire().then(() => granted.push(1));
    controller.abort('stop');
    await clock.advance(0);
    expect(granted).toEqual([1]);
  });

  test('refuses a caller at its maxWait behind one that waits for any time', async () => {
    const limiter = make({ limit: 1 });
    await limiter.acquire();
    void limiter.acquire();
    let refusedAt: number | undefined;
    limiter.acquire(1, { maxWait: 100 }).catch(() => (refusedAt = clock.now()));
    await clock.advance(500);
    expect(refusedAt).toBe(100);
  });

  test('has no timer left after a caller with maxWait 0 was refused', async () => {
    const limiter = make({ limit: 1 });
    await limiter.acquire();
    await expect(limiter.acquire(1, { maxWait: 0 })).rejects.toMatchObject({ code: 'TENAX_LIMITER_TIMEOUT' });
    expect(clock.pending).toBe(0);
  });

  test('keeps the process alive while a caller waits for a limit', () => {
    jest.useFakeTimers();
    try {
      void new ConcurrencyLimiter({ limit: 0 }).acquire();
      expect(jest.getTimerCount()).toBe(1);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is like new at the end of a pause', async () => {
    const limiter = make();
    limiter.pauseFor(5);
    await clock.advance(5);
    expect(limiter.isLikeNew).toBe(true);
  });

  test('run reports the answer that its function returned', async () => {
    const limiter = make();
    await limiter.run(() => new Response('', { status: 429, headers: { 'Retry-After': '1' } }));
    expect(limiter.tryAcquire()).toBe(false);
    await clock.advance(1000);
    expect(limiter.tryAcquire()).toBe(true);
  });

  test('is like new until something distinguishes it from a new one', () => {
    expect([make(), make({ adaptive: true }), make({ limit: 0 })].map(({ isLikeNew }) => isLikeNew)).toEqual([
      true,
      true,
      true,
    ]);
    const changes: [object, (limiter: ConcurrencyLimiter) => unknown][] = [
      [{}, (limiter) => limiter.acquire()],
      [{}, (limiter) => limiter.pauseFor(1)],
      [{}, (limiter) => (limiter.limit = 3)],
      [{ limit: 0 }, (limiter) => limiter.acquire()],
      [{ adaptive: true }, (limiter) => limiter.report({ status: 429 })],
    ];
    for (const [options, change] of changes) {
      const limiter = make(options);
      void change(limiter);
      expect(limiter.isLikeNew).toBe(false);
    }
  });

  describe('keeps free slots for a caller that needs more', () => {
    test('not while no slot was ever held for any time', () => {
      const limiter = make({ limit: 4 });
      void limiter.acquire();
      void allOf(limiter, new TokenBucket({ rate: 1, capacity: 9, clock })).acquire(4);
      expect([limiter.tryAcquire(), limiter.tryAcquire()]).toEqual([true, true]);
    });

    test('until its token comes, if that takes as long as slots are held, and no longer', async () => {
      for (const [rate, taken] of [
        [1, false],
        [0.999, true],
      ] as const) {
        const limiter = make({ limit: 1 });
        await limiter.acquire();
        await clock.advance(1000);
        limiter.release();
        void allOf(limiter, new TokenBucket({ rate, capacity: 1, initial: 0, clock })).acquire();
        expect(limiter.tryAcquire()).toBe(taken);
      }
    });

    test('until its grant, once others have passed it for ten times as long as slots are held', async () => {
      const limiter = make({ limit: 1 });
      const busy = make({ limit: 1 });
      await Promise.all([limiter.acquire(), busy.acquire()]);
      await clock.advance(100);
      limiter.release();
      const both = allOf(limiter, busy).acquire();
      const passes: number[] = [];
      for (let i = 0; i < 15; i += 1) {
        await clock.advance(100);
        if (limiter.inFlight > 0) limiter.release();
        if (limiter.tryAcquire()) passes.push(clock.now());
      }
      expect(passes).toEqual([300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200]);
      busy.release();
      await expect(both).resolves.toBe(1500);
    });
  });

  test('refuses bad options, naming each', () => {
    expect(() => make({ maxPending: -1 })).toThrow('ConcurrencyLimiter: maxPending');
    expect(() => make({ limit: 1.5 })).toThrow('ConcurrencyLimiter: limit');
    expect(() => make({ adaptive: 1 })).toThrow('ConcurrencyLimiter: adaptive');
    expect(() => make({ unit: 'x' })).toThrow('ConcurrencyLimiter has no option "unit"');
  });
});
