import { allOf, ConcurrencyLimiter, TokenBucket, TokenBuckets } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { KeyedEntries } from '../../lib/limits/keyed-entries';

describe('KeyedEntries', () => {
  let clock: VirtualClock;
  beforeEach(() => void (clock = new VirtualClock()));

  test('counts no time when the clock is set back', () => {
    let now = 10_000;
    const stepped = { now: () => now, sleep: () => new Promise<void>(() => undefined) };
    const entries = new KeyedEntries<string, object>(
      'Entries',
      { key: (key) => key, maxIdle: 1000, clock: stepped },
      () => ({}),
      () => true,
    );
    entries.get('a');
    now = 0;
    entries.get('b');
    now = 1000;
    entries.get('b');
    expect(entries.size).toBe(1);
  });

  test('of concurrency limiters drops those without slots in use', async () => {
    const buckets = new TokenBuckets({ bucket: () => new ConcurrencyLimiter({ limit: 1, clock }), maxIdle: 10, clock });
    const busy = buckets.get('busy');
    await busy.acquire();
    buckets.get('idle');
    await clock.advance(10);
    buckets.get('other');
    expect(buckets.size).toBe(2);
    busy.release?.();
    await clock.advance(10);
    buckets.get('other');
    expect(buckets.size).toBe(1);
  });

  test('of lists keeps a combination for each key', async () => {
    const account = new TokenBucket({ rate: 1, capacity: 5, clock });
    const buckets = new TokenBuckets({ bucket: () => [account, new TokenBucket({ rate: 1, clock })], clock });
    await buckets.get('a').acquire();
    expect(account.available).toBe(4);
    expect(await buckets.get('a').tryAcquire()).toBe(false);
    expect(await buckets.get('b').tryAcquire()).toBe(true);
    expect(() => allOf(buckets as never)).toThrow(TypeError);
  });

  test('remembers a dropped object until it is collected, and a later object of its key for longer', async () => {
    const collected: ((key: string) => void)[] = [];
    const gone = new Set<object>();
    const { WeakRef: Ref, FinalizationRegistry: Registry } = globalThis;
    // Stands in for the garbage collector.
    globalThis.WeakRef = class {
      constructor(private readonly target: object) {}
      deref = () => (gone.has(this.target) ? undefined : this.target);
    } as never;
    globalThis.FinalizationRegistry = class {
      constructor(callback: (key: string) => void) {
        collected.push(callback);
      }
      register = () => undefined;
    } as never;
    try {
      const entries = new KeyedEntries<string, object>(
        'Entries',
        { key: (key) => key, maxIdle: 10, clock },
        () => ({}),
        () => true,
      );
      const drop = async (): Promise<void> => {
        await clock.advance(10);
        entries.get('other');
      };
      const first = entries.get('a');
      await drop();
      gone.add(first);
      const second = entries.get('a');
      expect(second).not.toBe(first);
      await drop();
      // The callback for the first comes late: its key belongs to the second by then.
      collected.forEach((callback) => callback('a'));
      expect(entries.get('a')).toBe(second);
      await drop();
      gone.add(second);
      collected.forEach((callback) => callback('a'));
      gone.delete(second);
      expect(entries.get('a')).not.toBe(second);
    } finally {
      Object.assign(globalThis, { WeakRef: Ref, FinalizationRegistry: Registry });
    }
  });
});

test.each([[5], [undefined], [{}]])('get refuses the key %p, which is not a string', (key) => {
  const buckets = new TokenBuckets({ rate: 1 });
  expect(() => buckets.get(key as never)).toThrow(/^TokenBuckets: get takes a string, got /);
  expect(buckets.size).toBe(0);
});
