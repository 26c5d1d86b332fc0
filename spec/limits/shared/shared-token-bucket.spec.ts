import { inspect } from 'node:util';
import { allOf, retry, stop, TokenBuckets } from 'tenax';
import { SharedTokenBucket, stepLimits, type LimitState, type LimitStore } from 'tenax/redis';
import { setTesting, VirtualClock } from 'tenax/testing';

describe('SharedTokenBucket', () => {
  let clock: VirtualClock;
  let store: LimitStore & { calls: number };
  beforeEach(() => {
    clock = new VirtualClock();
    const states = new Map<string, LimitState>();
    store = {
      calls: 0,
      run: async (keys, command) => {
        store.calls += 1;
        const step = stepLimits(
          keys.map((key) => states.get(key)),
          command,
          clock.now() * 1000,
        );
        step.states.forEach((state, i) => states.set(keys[i]!, state));
        return step.reply;
      },
    };
  });
  const make = (options: object = {}): SharedTokenBucket =>
    new SharedTokenBucket({ store, key: 'k', rate: 10, capacity: 2, clock, ...options });

  test('grants what is there, then at the rate, to all processes together', async () => {
    const bucket = make();
    const at: number[] = [];
    for (let i = 0; i < 4; i += 1) void bucket.acquire().then(() => at.push(Math.round(clock.now())));
    await clock.advance(0);
    expect(await make().tryAcquire()).toBe(false);
    await clock.advance(1000);
    expect(at).toEqual([0, 0, 100, 200]);
  });

  test('is printed without its store', () => {
    const expected = "SharedTokenBucket { rate: 10, capacity: 2, available: 2, pending: 0, unit: 'requests' }";
    expect(inspect(make(), { breakLength: Infinity })).toBe(expected);
  });

  test.each([undefined, null, {}, { run: 1 }])('refuses %p as its store', (wrong) => {
    expect(() => make({ store: wrong })).toThrow(
      'SharedTokenBucket: store takes a LimitStore, an object with run(keys, command, signal), got ',
    );
  });

  test('rejects a caller whose signal has already aborted', async () => {
    await expect(make().acquire(1, { signal: AbortSignal.abort('late') })).rejects.toBe('late');
    expect(store.calls).toBe(0);
  });

  test('grants at once, and charges and corrects nothing, while the process is under test', async () => {
    const restore = setTesting();
    try {
      const both = allOf(make(), make({ key: 'other' }));
      await expect(both.acquire(2)).resolves.toBe(0);
      await expect(both.tryAcquire(2)).resolves.toBe(true);
      await expect(both.acquire(3)).rejects.toThrow(RangeError);
      make().settle(1, 2);
    } finally {
      restore();
    }
    await clock.advance(0);
    expect(store.calls).toBe(0);
  });

  test('in a combination grants 0 tokens without a command', async () => {
    const both = allOf(make(), make({ key: 'other' }));
    await expect(both.acquire(0)).resolves.toBe(0);
    expect(await both.tryAcquire(0)).toBe(true);
    expect(store.calls).toBe(0);
  });

  test('in a combination follows the limits of its unit, by the time in which it refills', async () => {
    const tokens = make({ key: 'tokens', unit: 'tokens' });
    const second = make({ key: 'second' });
    const minute = make({ key: 'minute', rate: 0.1, capacity: 6 });
    expect([tokens.unit, second.unit]).toEqual(['tokens', 'requests']);
    allOf(tokens, second, minute).report({ status: 200, rateLimits: [{ remaining: 1, reset: 50_000 }] });
    await Promise.all([tokens, second, minute].map((bucket) => bucket.acquire()));
    expect([tokens, second, minute].map(({ available }) => Math.round(available))).toEqual([1, 1, 0]);
  });

  test('is dropped by TokenBuckets once it is idle', async () => {
    const byKey = new TokenBuckets({ bucket: (key) => make({ key, rate: 1 }), maxIdle: 10, clock });
    const paused = byKey.get('paused') as SharedTokenBucket;
    paused.pauseFor(1000);
    byKey.get('idle');
    await clock.advance(10);
    byKey.get('other');
    expect(byKey.size).toBe(2);
    await clock.advance(990);
    byKey.get('other');
    expect(byKey.size).toBe(1);
  });

  test('is a limiter of policies', async () => {
    const call = retry(async () => Math.round(clock.now()), {
      limiter: make({ capacity: 1 }),
      stop: stop.never,
      clock,
    });
    const calls = Promise.all([call(), call()]);
    await clock.advance(101);
    await expect(calls).resolves.toEqual([0, 100]);
  });

  test('keeps a documented limit', () => {
    const window = { store, key: 'w', limit: 100, window: 1000 };
    const bucket = SharedTokenBucket.forWindow({ ...window, burst: 20 });
    expect([bucket.rate, bucket.capacity]).toEqual([80, 20]);
    for (const options of [null, undefined, { ...window, rate: 1 }] as never[]) {
      expect(() => SharedTokenBucket.forWindow(options)).toThrow(
        /^SharedTokenBucket.forWindow (takes an object|has no option)/,
      );
    }
    expect(() => new SharedTokenBucket(null as never)).toThrow(/^SharedTokenBucket takes an object/);
  });

  test('has a capacity that cannot be assigned', () => {
    const bucket = make({ capacity: 2 });
    expect(() => Object.assign(bucket, { capacity: 9 })).toThrow(TypeError);
    expect(bucket.capacity).toBe(2);
  });
});
