import { parseRateLimit } from 'tenax/http';

const read = (ratelimit: unknown, policy?: unknown) =>
  parseRateLimit({ ratelimit, ...(policy === undefined ? {} : { 'ratelimit-policy': policy }) }, 0);

describe('RateLimit-Policy', () => {
  test.each([
    ['"burst";q=100;w=60', [{ name: 'burst', quota: 100, window: 60_000 }]],
    ['"burst";q=100', [{ name: 'burst', quota: 100 }]],
    ['"none";q=0;w=0', [{ name: 'none', quota: 0, window: 0 }]],
    ['"half";q=1.5;w=0.5', [{ name: 'half', quota: 1.5, window: 500 }]],
    ['100;w=60', [{ quota: 100, window: 60_000 }]],
    ['10, 100;w=60', [{ quota: 10 }, { quota: 100, window: 60_000 }]],
    ['"a";q=1, "b";q=2;w=3', [{ name: 'a', quota: 1 }, { name: 'b', quota: 2, window: 3000 }]],
    ['"a";q=1, "b";w=3', [{ name: 'a', quota: 1 }]],
    ['"a";q=1;w=-3', [{ name: 'a', quota: 1 }]],
    ['"a";q=1;w="3"', [{ name: 'a', quota: 1 }]],
    [['"a";q=1', '"b";q=2'], [{ name: 'a', quota: 1 }, { name: 'b', quota: 2 }]],
  ])('of %j is a list of quotas, windows in milliseconds', (field, policy) => {
    expect(parseRateLimit({ 'ratelimit-policy': field }, 0)).toEqual({ policy });
  }); // prettier-ignore

  test.each(['', '"a"', '"a";w=60', '"a";q', '"a";q=?1', '"a";q="5"', '"a";q=-1', '"a";q=@5', '-1;w=60', '(1 2);w=60', '"a";q=1,'])(
    'of %j says nothing',
    (field) => {
      expect(parseRateLimit({ 'ratelimit-policy': field }, 0)).toBeUndefined();
    },
  ); // prettier-ignore
});

describe('RateLimit', () => {
  const policy = '"hour";q=1000;w=3600, "minute";q=100;w=60';

  test.each([
    ['"default";r=50;t=30', { remaining: 50, reset: 30_000 }],
    ['"default";r=50', { remaining: 50 }],
    ['"default";r=0;t=0', { remaining: 0, reset: 0 }],
    ['"default";r=5;t=0.25', { remaining: 5, reset: 250 }],
    ['"default";r=5;t=-1', { remaining: 5 }],
    ['"a";t=3, "b";r=5', { remaining: 5 }],
    [['"a";r=7', '"b";r=5'], { remaining: 5 }],
    ['limit=100, remaining=50, reset=30', { limit: 100, remaining: 50, reset: 30_000 }],
    ['remaining=50', { remaining: 50 }],
    ['limit=0', { limit: 0 }],
    ['reset=0', { reset: 0 }],
    ['limit=(1 2), remaining="x", reset=4', { reset: 4000 }],
  ])('of %j says what is left, the reset in milliseconds', (field, info) => {
    expect(read(field)).toEqual(info);
  });

  test.each(['', '"a"', '"a";t=30', '"a";r', '"a";r=?1', '"a";r="5"', '"a";r=-1', '"a";r=@5', 'quota=5', 'limit=-1', 'limit', '='])(
    'of %j says nothing, with a Retry-After neither',
    (field) => {
      expect(read(field)).toBeUndefined();
      expect(parseRateLimit({ ratelimit: field, 'retry-after': '5' }, 0)).toBeUndefined();
    },
  ); // prettier-ignore

  test('has the limit of the policy of its name', () => {
    expect(read('"minute";r=2', policy)).toMatchObject({ limit: 100, remaining: 2 });
    expect(read('"hour";r=2', policy)).toMatchObject({ limit: 1000, remaining: 2 });
  });

  test('has the limit of the only policy, whatever its name', () => {
    expect(read('"other";r=2', '100;w=60')).toMatchObject({ limit: 100, remaining: 2 });
    expect(read('"other";r=2', '"minute";q=100')).toMatchObject({ limit: 100, remaining: 2 });
  });

  test('has no limit where several policies have other names, or there is none', () => {
    expect(read('"other";r=2', policy)).not.toHaveProperty('limit');
    expect(read('"other";r=2', '(((')).toEqual({ remaining: 2 });
  });

  test('is looked at up to two thousand characters', () => {
    const field = (length: number): string => '"a";r=5'.padEnd(length);
    expect(read(field(2000))).toEqual({ remaining: 5 });
    expect(read(field(2001))).toBeUndefined();
  });
});
