import { countOf, KNOWN_REMAINING, resetOf, textOf, withPart } from '../../lib/headers/limit-values';

const NOW = 500_000_000_000;
const count = (value: unknown): number | undefined => countOf({ 'x-limit': value }, 'x-limit');
const reset = (value: string, now = NOW): number | undefined => resetOf({ 'x-reset': value }, 'x-reset', now);

describe('The count in a header', () => {
  test.each([
    ['100', 100],
    ['0', 0],
    ['1.5', 1.5],
    [' 100 ', 100],
    ['100, 100;w=60', 100],
    ['100;w=60', 100],
    ['100 , 5', 100],
    ['7'.padStart(100), 7],
  ])('of %j is its first number', (value, expected) => {
    expect(count(value)).toBe(expected);
  });

  test.each(['', ' ', '-1', 'lots', ',5', ';5', '1e3', '5 6', '7'.padStart(101)])('cannot be read from %j', (value) => {
    expect(count(value)).toBeUndefined();
  });

  test('of a client that gives numbers is read as well', () => {
    expect(count(4)).toBe(4);
    expect(count(true)).toBeUndefined();
  });

  test('of several lines is that of the first', () => {
    expect(count(['4', '2'])).toBe(4);
  });
});

describe('The reset of a vendor', () => {
  test.each([
    ['0', 0],
    ['12', 12_000],
    [' 12 ', 12_000],
    ['0.5', 500],
    ['999999999', 999_999_999_000],
  ])('of %j is a span of seconds', (value, ms) => {
    expect(reset(value)).toBe(ms);
  });

  test.each([
    ['1000000000', 1e12 - NOW],
    ['1000000000.5', 1e12 + 500 - NOW],
    ['999999999999', 999_999_999_999_000 - NOW],
  ])('of %j is a moment in seconds', (value, ms) => {
    expect(reset(value)).toBe(ms);
  });

  test('of 1e12 and more is a moment in milliseconds', () => {
    expect(reset('1000000000000')).toBe(1e12 - NOW);
  });

  test.each([
    ['12ms', 12],
    ['1s', 1000],
    ['1.5s', 1500],
    ['2.25ms', 2.25],
    ['10.75s', 10_750],
    ['6m0s', 360_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['123456789012345ms', 123_456_789_012_345],
  ])("of %j is one of Go's durations", (value, ms) => {
    expect(reset(value)).toBe(ms);
  });

  test.each([
    ['1985-11-05T00:53:30Z', 10_000],
    ['1985-11-05T00:53:30.25Z', 10_250],
    ['1985-11-05t00:53:30z', 10_000],
    ['1985-11-05T02:53:30+02:00', 10_000],
    ['1985-11-04T23:53:30-01:00', 10_000],
    ['Tue, 05 Nov 1985 00:53:30 GMT', 10_000],
    ['Tue Nov  5 00:53:30 1985', 10_000],
  ])('of %j is a moment', (value, ms) => {
    expect(reset(value)).toBe(ms);
  });

  test.each(['1000000000', '1000000000000', '1985-11-05T00:53:30Z', 'Tue, 05 Nov 1985 00:53:30 GMT'])(
    'of %j is 0 when it is past',
    (value) => {
      expect(reset(value, 2e12)).toBe(0);
    },
  );

  test.each([
    '', '-1', '-0.5', 'soon', '1e3', '5 s', '1S', '1x', 'x1s', '1sx', '.5s', '1.s', '1s1', '1y', '1234567890123456s', 's',
    '1985-11-05', '1985-11-05T00:53:30', '1985-99-99T00:53:30Z', 'x1985-11-05T00:53:30Z', '1985-11-05T00:53:30Zx',
    'Nov 5 1985', '0.1234567890123456s',
  ])('of %j says nothing', (value) => {
    expect(reset(value)).toBeUndefined();
  }); // prettier-ignore
});

test('Nothing is read where a limit has no header of that name', () => {
  const headers = { undefined: '5' };
  expect([textOf(headers, undefined), countOf(headers, undefined), resetOf(headers, undefined, NOW)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('withPart names the headers beside one that says what is left', () => {
  expect(KNOWN_REMAINING.slice(0, 4).map((name) => withPart(name, 'reset'))).toEqual([
    'x-ratelimit-reset',
    'x-rate-limit-reset',
    'x-ratelimit-reset-requests',
    'anthropic-ratelimit-requests-reset',
  ]);
});
