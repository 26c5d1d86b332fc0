import { allOf, type RateLimiter } from 'tenax';
import { TOGETHER, type Demand, type Together } from '../../lib/limits/together';

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
});
