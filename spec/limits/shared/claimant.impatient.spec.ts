import { allOf, LimiterFullError, RateLimitTimeoutError } from 'tenax';
import { advance, fate, Setting } from './setting';

/** Callers with `maxWait: 0`, which take what is there or nothing, and those beyond `maxPending`. */
describe('a caller of a Claimant that may not wait', () => {
  const setting = new Setting();
  const now = { maxWait: 0 };

  test('is refused with the first reply, behind a caller of the same combination that waits', async () => {
    const both = allOf(setting.bucketOf({ rate: 0.2, capacity: 1 }), setting.bucketOf({ key: 'other' }));
    await both.acquire();
    const first = fate(both.acquire());
    await advance(100);
    const refused = fate(both.acquire(1, now));
    const late = fate(both.acquire());
    await advance(1);
    expect(await Promise.race([refused, 'waits'])).toBeInstanceOf(RateLimitTimeoutError);
    await advance(11_000);
    expect([await first, await late]).toEqual(['granted', 'granted']);
  });

  test('is refused with the reply that was on its way when it came', async () => {
    const both = allOf(await setting.emptyBucket({ rate: 1 }), setting.bucketOf({ key: 'other' }));
    setting.store.latency = 20;
    const waiting = fate(both.acquire(1));
    await advance(10);
    const refused = fate(both.acquire(1, now));
    await advance(11);
    expect(await Promise.race([refused, 'waits'])).toBeInstanceOf(RateLimitTimeoutError);
    await advance(1200);
    expect(await waiting).toBe('granted');
  });

  test('is granted what is there, even if it came before the caller that the reply makes wait', async () => {
    const both = allOf(setting.bucketOf(), setting.bucketOf({ key: 'other' }));
    await both.acquire(5);
    setting.store.latency = 20;
    const large = fate(both.acquire(9));
    await advance(10);
    const small = fate(both.acquire(1, { maxWait: 0, priority: 1 }));
    await advance(31);
    expect(await Promise.race([small, 'waits'])).toBe('granted');
    await advance(200);
    expect(await large).toBe('granted');
  });

  test('is refused when the store becomes unavailable and the local share is empty', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local' });
    setting.store.error = new Error('gone');
    const refused = fate(bucket.acquire(1, now));
    const waiting = fate(bucket.acquire(1, { maxWait: 50 }));
    await advance(1);
    expect(await Promise.race([refused, 'waits'])).toBeInstanceOf(RateLimitTimeoutError);
    await advance(10);
    expect(await waiting).toBe('granted');
  });

  test('is refused beyond maxPending while the store is unavailable', async () => {
    const bucket = setting.bucketOf({ onUnavailable: 'local', maxPending: 2 });
    setting.store.error = new Error('gone');
    const early = [1, 2, 3].map(() => fate(bucket.acquire()));
    await advance(1);
    const late = [4, 5].map(() => fate(bucket.acquire()));
    await advance(1);
    expect(bucket.pending).toBe(2);
    for (const refused of [early[2], ...late]) expect(await refused).toBeInstanceOf(LimiterFullError);
    await advance(30);
    expect(await Promise.all(early.slice(0, 2))).toEqual(['granted', 'granted']);
    expect(await fate(bucket.acquire())).toBe('granted');
  });
});
