import { AxiosHeaders } from 'axios';
import { parseRetryAfter } from 'tenax/http';
import { LONG } from '../long';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);
const IN_37_S = 'Sun, 06 Nov 1994 08:49:37 GMT';

afterEach(() => {
  jest.useRealTimers();
});

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    ['999999999', 999_999_999_000],
    ['1000000000', 1e12],
    ['123456789012345678901234567890', Number('123456789012345678901234567890') * 1000],
    ['9'.repeat(30), Number('9'.repeat(30)) * 1000],
    ['007', 7000],
    [' 1.5 ', 1500],
    ['\t5\t', 5000],
    ['1.', 1000],
    ['.25', 250],
    ['-5', 0],
    ['-0.5', 0],
    [7, 7000],
    [1.5, 1500],
    [IN_37_S, 37_000],
    [` ${IN_37_S} `, 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
  ])('of %j is read as milliseconds', (value, ms) => {
    expect(parseRetryAfter({ 'retry-after': value }, NOW)).toBe(ms);
  });

  test.each([
    '', ' ', '-', '.', '-.', '--5', '+5', '1e3', '0x10', '1_000', '5 s', '5,5', '1.2.3', '4/', '4:', 'NaN', 'Infinity',
    'foo 1', 'soon', 'Thu, 31 Feb 1994 08:49:37 GMT', '9'.repeat(31), '9'.repeat(100_000), `0.${'1'.repeat(31)}`,
    `.${'1'.repeat(31)}`, null, undefined, true, NaN, Infinity, {}, [], [[]], [['5']], new Date(NOW),
  ])('of %j says nothing', (value) => {
    expect(parseRetryAfter({ 'retry-after': value }, NOW)).toBeUndefined();
  }); // prettier-ignore

  test('is looked at where it has up to a hundred characters, white space included', () => {
    const padded = (length: number): object => ({ 'retry-after': '5'.padStart(length) });
    expect(parseRetryAfter(padded(100))).toBe(5000);
    expect(parseRetryAfter(padded(101))).toBeUndefined();
    const inMs = (length: number): object => ({ 'retry-after-ms': '5'.padStart(length) });
    expect(parseRetryAfter(inMs(100))).toBe(5);
    expect(parseRetryAfter(inMs(101))).toBeUndefined();
  });

  test.each([
    [['x', '3'], 3000],
    [['3', '4'], 3000],
    [[null, {}, 4], 4000],
    [['soon', IN_37_S], 37_000],
    [['x', 'y'], undefined],
  ])('of several values %j is the first that parses', (values, ms) => {
    expect(parseRetryAfter({ 'retry-after': values }, NOW)).toBe(ms);
  });

  test.each([
    ['Headers', new Headers({ 'Retry-After': '2' })],
    ['AxiosHeaders', new AxiosHeaders({ 'Retry-After': '2' })],
    ['an object in lower case', { 'retry-after': '2' }],
    ['an object in the case of the RFC', { 'Retry-After': '2' }],
    ['an object in any case, other headers beside it', { age: '9', 'x-other-one': '9', 'RETRY-AFTER': '2' }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { 'Retry-After': '2' })],
  ])('is found in %s', (_what, headers) => {
    expect(parseRetryAfter(headers)).toBe(2000);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'retry-after: 2'],
    ['a number', 5],
    ['a function', Object.assign(() => undefined, { 'retry-after': '2' })],
    ['an empty object', {}],
    ['an object that only inherits it', Object.create({ 'Retry-After': '2' }) as object],
  ])('is not found in %s', (_what, headers) => {
    expect(parseRetryAfter(headers as never)).toBeUndefined();
  });

  test('says nothing where headers of a foreign make throw when they are read', () => {
    const headers = {
      get(): never {
        throw new Error('closed');
      },
    };
    expect(parseRetryAfter(headers)).toBeUndefined();
  });
});

describe('retry-after-ms', () => {
  test.each([
    ['150', 150],
    ['0', 0],
    [' 12.5 ', 12.5],
    ['-3', 0],
    ['1000000000', 1e9],
    [8, 8],
    [['x', '9'], 9],
  ])('of %j wins over Retry-After', (value, ms) => {
    expect(parseRetryAfter({ 'retry-after': '2', 'retry-after-ms': value })).toBe(ms);
    expect(parseRetryAfter({ 'Retry-After': '2', 'Retry-After-Ms': value })).toBe(ms);
  });

  test.each(['', 'soon', '1e3', IN_37_S, [], null])('of %j leaves the word to Retry-After', (value) => {
    expect(parseRetryAfter({ 'retry-after': '2', 'retry-after-ms': value }, NOW)).toBe(2000);
  });
});

describe('Of several fields', () => {
  test.each([
    [{ 'retry-after': '9', 'x-ms-retry-after-ms': '8', 'retry-after-ms': '7' }, 7],
    [{ 'retry-after-ms': '7', 'x-ms-retry-after-ms': '8', 'retry-after': '9' }, 7],
    [{ 'Retry-After': '9', 'X-MS-Retry-After-MS': '8' }, 8],
    [{ 'retry-after': '9', 'x-ms-retry-after-ms': 'soon' }, 9000],
  ])('the most exact one counts that can be read, in whatever order they came: %j', (headers, ms) => {
    expect(parseRetryAfter(headers, NOW)).toBe(ms);
  });

  test('the name in small letters counts before another spelling of it', () => {
    expect(parseRetryAfter({ 'Retry-After': '5', 'retry-after': '10' })).toBe(10_000);
    expect(parseRetryAfter({ 'retry-after': '10', 'Retry-After': '5' })).toBe(10_000);
    expect(parseRetryAfter({ 'Retry-After': '5', 'RETRY-AFTER': '10' })).toBe(5000);
  });

  test('each is asked for once where headers are asked by name', () => {
    const asked: unknown[] = [];
    parseRetryAfter({ get: (name: string) => (asked.push(name), null) });
    expect(asked).toStrictEqual(['retry-after-ms', 'x-ms-retry-after-ms', 'retry-after']);
  });

  test('those of the same length, or inherited under another spelling, are not taken for it', () => {
    expect(parseRetryAfter({ 'x-after-all': '5', 'x-some-time-ms': '6', 'x-some-longer-name-': '7' })).toBeUndefined();
    expect(parseRetryAfter(Object.create({ 'Retry-After': '5' }) as object)).toBeUndefined();
  });
});

describe('A date in Retry-After, where no time is given,', () => {
  test.each([
    ['as it is', 'Sun, 06 Nov 1994 08:49:00 GMT'],
    ['with white space', ' Sun, 06 Nov 1994 08:49:00 GMT '],
    ['in an older form', 'Sun Nov  6 08:49:00 1994'],
  ])("counts from the answer's own Date (%s), so that a skewed clock does no harm", (_how, date) => {
    expect(parseRetryAfter({ date, 'retry-after': IN_37_S })).toBe(37_000);
  });

  test.each([[{}], [{ date: 'yesterday' }], [{ date: '' }]])(
    'counts from our clock where the Date is in %j',
    (beside) => {
      jest.useFakeTimers({ now: NOW - 60_000 });
      expect(parseRetryAfter({ ...beside, 'retry-after': IN_37_S })).toBe(97_000);
    },
  );

  test('counts from the time that is given, if one is', () => {
    const date = 'Sun, 06 Nov 1994 08:49:00 GMT';
    expect(parseRetryAfter({ date, 'retry-after': IN_37_S }, NOW + 30_000)).toBe(7000);
    expect(parseRetryAfter({ date, 'retry-after': IN_37_S }, 0)).toBe(NOW + 37_000);
  });
});

describe('Several lines of Retry-After in Headers, which joins them', () => {
  const joined = (...values: string[]): Headers => new Headers(values.map((value) => ['retry-after', value]));

  test.each([
    [['5', '7'], 5000],
    [['x', '7'], 7000],
    [[IN_37_S, '5'], 37_000],
    [['5', IN_37_S], 5000],
    [['soon, or later', IN_37_S], 37_000],
    [['Sunday, 06-Nov-94 08:49:37 GMT', 'x'], 37_000],
    [['x', 'y'], undefined],
    [['x'.repeat(997), '5'], 5000],
    [['x'.repeat(998), '5'], undefined],
  ])('%j: the first that parses counts', (values, ms) => {
    expect(parseRetryAfter(joined(...values), NOW)).toBe(ms);
  });

  test('are lines of retry-after-ms as well', () => {
    expect(parseRetryAfter(new Headers([['retry-after-ms', '50'], ['retry-after-ms', '70']]), NOW)).toBe(50); // prettier-ignore
  });

  test('are no lines in an object, where a list would have been one', () => {
    expect(parseRetryAfter({ 'retry-after': '5, 7' }, NOW)).toBeUndefined();
  });
});

test.each([NaN, Infinity, -Infinity])(
  'parseRetryAfter counts from the Date of the answer, if it is given %p',
  (now) => {
    const headers = { date: 'Sun, 06 Nov 1994 08:49:00 GMT', 'retry-after': IN_37_S };
    expect(parseRetryAfter(headers, now)).toBe(37_000);
  },
);

test('parseRetryAfter never throws and never answers NaN, whatever it is given', () => {
  const letters = '0123456789.-+eExX: ,GMTSunNov\t\n';
  let state = 1;
  for (let i = 0; i < (LONG ? 200_000 : 40_000); i += 1) {
    let text = '';
    for (let j = 0; j < i % 24; j += 1) text += letters[(state = (state * 48271) % 2147483647) % letters.length];
    const ms = parseRetryAfter({ 'retry-after': text });
    if (ms !== undefined && !(ms >= 0)) throw new Error(`${JSON.stringify(text)} gave ${ms}`);
  }
});
