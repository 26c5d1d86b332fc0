import fc from 'fast-check';
import { parseHttpDate } from '../../lib/headers/date';

const NOW = Date.UTC(2026, 10, 24, 12);
const parse = (text: string, now = NOW): number | undefined => parseHttpDate(text, now);

/** A moment in each of the three forms of RFC 9110, section 5.6.7. */
const imf = (ms: number): string => new Date(ms).toUTCString();
const asctime = (ms: number): string => {
  const [day, date, month, year, time] = imf(ms).replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2, ' ')} ${time} ${year}`;
};
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const rfc850 = (ms: number): string => {
  const [, date, month, year, time] = imf(ms).split(' ');
  return `${LONG_DAYS[new Date(ms).getUTCDay()]}, ${date}-${month}-${year?.slice(2)} ${time} GMT`;
};

const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37);
const IMF = 'Sun, 06 Nov 1994 08:49:37 GMT';
const SECOND = 1000;
const DAY = 86_400_000;

describe('An HTTP-date', () => {
  test.each([
    ['IMF-fixdate', IMF],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
    ['asctime, its day padded with a zero', 'Sun Nov 06 08:49:37 1994'],
    ['asctime, its day of two digits', 'Wed Nov 16 08:49:37 1994', MOMENT + 10 * DAY],
  ])('is read in the form of %s', (_form, text, moment = MOMENT) => {
    expect(parse(text)).toBe(moment);
  });

  test.each([1899, 1900, 1969, 1970, 1994, 1999, 2000, 2001, 2096, 2100, 2399, 2400])(
    'is right on every day of %i',
    (year) => {
      for (let ms = Date.UTC(year, 0, 1, 23, 59, 58); ms < Date.UTC(year + 1, 0, 1); ms += DAY) {
        if (parse(imf(ms)) !== ms) throw new Error(`${imf(ms)} gave ${parse(imf(ms))}`);
        if (parse(asctime(ms)) !== ms) throw new Error(`${asctime(ms)} gave ${parse(asctime(ms))}`);
      }
    },
  );

  test('is read from the year 0 to the year 9999', () => {
    for (const text of ['0000-01-01T00:00:00Z', '0000-02-29T00:00:00Z', '9999-12-31T23:59:59Z']) {
      expect(parse(imf(Date.parse(text)))).toBe(Date.parse(text));
    }
  });

  test('is the moment that was written, whichever form it was written in', () => {
    const seconds = fc.integer({ min: Date.UTC(1980, 0, 1) / SECOND, max: Date.UTC(2076, 0, 1) / SECOND - 1 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(imf, asctime, rfc850), (at, write) => {
        expect(parse(write(at * SECOND))).toBe(at * SECOND);
      }),
    );
  });

  test.each(LONG_DAYS)('may begin with %s, spelt out only in the form of RFC 850', (day) => {
    const short = day.slice(0, 3);
    expect(parse(`${day}, 06-Nov-94 08:49:37 GMT`)).toBe(MOMENT);
    expect(parse(`${short}, 06 Nov 1994 08:49:37 GMT`)).toBe(MOMENT);
    expect(parse(`${short} Nov  6 08:49:37 1994`)).toBe(MOMENT);
    expect(parse(`${short}, 06-Nov-94 08:49:37 GMT`)).toBeUndefined();
  });

  test.each<[number, number, number]>([
    [28, 2, 2023],
    [29, 2, 2024],
    [28, 2, 2100],
    [29, 2, 2000],
    ...[1, 3, 5, 7, 8, 10, 12].map((month): [number, number, number] => [31, month, 2023]),
    ...[4, 6, 9, 11].map((month): [number, number, number] => [30, month, 2023]),
  ])('may be of the %ith, and of no day after it, in month %i of %i', (last, month, year) => {
    const name = imf(Date.UTC(year, month - 1, 1)).slice(8, 11);
    expect(parse(`Mon, ${last} ${name} ${year} 00:00:00 GMT`)).toBe(Date.UTC(year, month - 1, last));
    expect(parse(`Mon, ${last + 1} ${name} ${year} 00:00:00 GMT`)).toBeUndefined();
    expect(parse(`Mon, 00 ${name} ${year} 00:00:00 GMT`)).toBeUndefined();
  });

  test('may be of a leap second, but of no time that a clock never shows', () => {
    expect(parse('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1));
    expect(parse('Sat, 31 Dec 2016 23:59:61 GMT')).toBeUndefined();
    expect(parse('Sat, 31 Dec 2016 23:60:00 GMT')).toBeUndefined();
    expect(parse('Sat, 31 Dec 2016 24:00:00 GMT')).toBeUndefined();
    expect(parse('Saturday, 31-Dec-16 24:00:00 GMT')).toBeUndefined();
    expect(parse('Sat Dec 31 24:00:00 2016')).toBeUndefined();
  });
});

describe('A year of two digits', () => {
  test.each([
    [26, 2026],
    [94, 1994],
    [76, 2076],
    [77, 1977],
    ['00', 2000],
  ])('%s, read in 2026, is %i: none is more than 50 years ahead', (digits, year) => {
    expect(parse(`Sunday, 06-Nov-${digits} 08:49:37 GMT`)).toBe(Date.UTC(year, 10, 6, 8, 49, 37));
  });

  test('is of the century in which it is read', () => {
    expect(parse('Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(2094, 0, 1))).toBe(Date.UTC(2094, 10, 6, 8, 49, 37));
    expect(parse('Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 0, 1))).toBe(MOMENT);
  });
});

describe('What is merely like an HTTP-date', () => {
  const at = (place: number, letter: string): string => IMF.slice(0, place) + letter + IMF.slice(place + 1);

  test.each([...IMF].map((letter, place) => [place, letter] as const))(
    'is none: place %i holds something else than %j',
    (place) => {
      expect(parse(at(place, '_'))).toBeUndefined();
    },
  );

  // The neighbours of 0 and 9 in ASCII.
  test.each([5, 6, 12, 13, 14, 15, 17, 18, 20, 21, 23, 24].flatMap((place) => [[place, '/'] as const, [place, ':']]))(
    'is none: place %i holds %j instead of a digit',
    (place, letter) => {
      expect(parse(at(place, letter))).toBeUndefined();
    },
  );

  test.each([
    'Sun, 06 ovD 1994 08:49:37 GMT',
    'unM, 06 Nov 1994 08:49:37 GMT',
    'un|, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 ov| 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 GMT ',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'xSunday, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMTx',
    'Sunday, 06-nov-94 08:49:37 GMT',
    'Sunday, 6-Nov-94 08:49:37 GMT',
    'xSun Nov  6 08:49:37 1994',
    'Sun Nov  6 08:49:37 1994x',
    'Sun Nov 6 08:49:37 1994',
    'Sun, Nov  6 08:49:37 1994',
    'Sun Nov    08:49:37 1994',
    '1994-11-06T08:49:37Z',
    `${IMF}${' '.repeat(20)}`,
    '',
  ])('is none: %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});
