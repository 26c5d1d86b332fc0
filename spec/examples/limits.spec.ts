import { bucket, parseLimits, windows } from '../../docs/examples/sync/limits';

describe('--limit', () => {
  test('reads limits and their units', () => {
    expect(parseLimits('4/s, 1000/h')).toEqual([
      { limit: 4, seconds: 1 },
      { limit: 1000, seconds: 3600 },
    ]);
    expect(parseLimits(' 60 / min,5000/d').map(({ seconds }) => seconds)).toEqual([60, 86_400]);
  });

  test.each(['', '4', '4/', '4/w', '0/s', '-1/s', '1.5/s', '4/s,', '4/s 5/h'])('refuses %j in one line', (text) => {
    expect(() => parseLimits(text)).toThrow(/^--limit takes limits like '4\/s, 1000\/h'.*$/);
  });

  test('holds all of them', async () => {
    const { limiter, allowed } = windows(parseLimits('2/s, 3/h'));
    expect(await Promise.all([limiter.acquire(), limiter.acquire()])).toEqual([0, 0]);
    expect(limiter.tryAcquire()).toBe(false);
    expect([allowed(0), allowed(1), allowed(3599), allowed(3600)]).toEqual([2, 3, 3, 6]);
  });
});

test('A bucket allows its capacity, and its rate from then on', () => {
  const { limiter, allowed } = bucket(10, 2);
  expect([limiter.tryAcquire(2), limiter.tryAcquire()]).toEqual([true, false]);
  expect(allowed(3)).toBe(32);
});
