import { allOf, type RateLimiter } from 'tenax';
import { SLOTS, TOGETHER, type Demand, type Together } from '../../lib/limits/together';

describe('Members over one store', () => {
  const asked: string[] = [];
  const store: Together = {
    acquireAll: async (demands: readonly Demand[]) => (asked.push(`all ${demands.length}`), 5),
    tryAcquireAll: async (demands) => (asked.push(`try ${demands.length}`), true),
  };
  const over = (one?: Together): RateLimiter => ({
    acquire: async (n) => (asked.push(`acquire ${n}`), 0),
    tryAcquire: (n) => (asked.push(`tryAcquire ${n}`), true),
    ...(one === undefined ? {} : { [TOGETHER]: one }),
  });
  beforeEach(() => void (asked.length = 0));

  test('are acquired in one round trip, others one by one', async () => {
    const limiter = allOf(over(store), over(), over(store));
    await expect(limiter.acquire(2)).resolves.toBe(5);
    await expect(Promise.resolve(limiter.tryAcquire())).resolves.toBe(true);
    expect(asked).toEqual(['all 2', 'acquire 2', 'try 2', 'tryAcquire 1']);
  });

  test('are acquired singly if there is only one', async () => {
    await allOf(over(store)).acquire();
    expect(asked).toEqual(['acquire 1']);
  });

  test('come after slots, which every combination acquires in the order of their names, and each once', async () => {
    const slots = (name: string): RateLimiter & { readonly [SLOTS]: string } => ({
      [SLOTS]: name,
      acquire: async (n) => (asked.push(`${name} ${n}`), 0),
      tryAcquire: (n) => (asked.push(`try ${name} ${n}`), true),
    });
    const [a, b, foreign] = [slots('a'), slots('b'), over()];
    for (const limiter of [
      allOf(over(store), b, foreign, over(store), a),
      allOf(a, over(store), foreign, b, over(store)),
    ]) {
      asked.length = 0;
      await limiter.acquire(2);
      expect(asked.slice(0, 2)).toEqual(['a 2', 'b 2']);
      expect(asked.slice(2).sort()).toEqual(['acquire 2', 'all 2']);
    }
    asked.length = 0;
    await allOf(b, a, b).acquire();
    await allOf(b, a, b).tryAcquire();
    expect(asked).toEqual(['a 1', 'b 2', 'try a 1', 'try b 2']);
  });
});
