const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const MONTH = `(${MONTHS})`;
const TIME = '(\\d{2}:\\d{2}:\\d{2})';

/** The two older forms of RFC 9110, section 5.6.7: RFC 850 and asctime. All are in UTC. */
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^(${DAYS}) ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** `Wed, 21 Oct 2026 07:28:00 GMT`: the form that servers send. Every part has its place, so no pattern is needed. */
const IMF_LENGTH = 29;

/** Milliseconds since 1970 of an HTTP-date, or `undefined`. 31 Feb is none, nor is a date that is merely like one. */
export function parseHttpDate(text: string, now: number): number | undefined {
  if (text.length === IMF_LENGTH) return imfFixdate(text);
  const asctime = ASCTIME.exec(text);
  if (asctime !== null) {
    const [, day, month, date, time, year] = asctime as unknown as [string, string, string, string, string, string];
    return imfFixdate(`${day}, ${date.replace(' ', '0')} ${month} ${year} ${time} GMT`);
  }
  const rfc850 = RFC850.exec(text);
  if (rfc850 === null) return undefined;
  const [, date, month, digits, time] = rfc850 as unknown as [string, string, string, string, string];
  // A two-digit year that seems more than 50 years ahead is the latest past one with these digits.
  const thisYear = new Date(now).getUTCFullYear();
  let year = Math.floor(thisYear / 100) * 100 + Number(digits);
  if (year > thisYear + 50) year -= 100;
  return imfFixdate(`Mon, ${date} ${month} ${year} ${time} GMT`);
}

function imfFixdate(text: string): number | undefined {
  const month = placeOf(text.slice(8, 11), MONTHS);
  const punctuation = text[3] === ',' && text[4] === ' ' && text[7] === ' ' && text[11] === ' ' && text[16] === ' ';
  const zone = text[19] === ':' && text[22] === ':' && text.endsWith(' GMT');
  if (month < 0 || !punctuation || !zone || placeOf(text.slice(0, 3), DAYS) < 0) return undefined;
  const date = twoDigits(text, 5);
  const year = twoDigits(text, 12) * 100 + twoDigits(text, 14);
  const [hour, minute, second] = [twoDigits(text, 17), twoDigits(text, 20), twoDigits(text, 23)];
  // NaN, where there are no digits, fails every comparison. 60 is a leap second.
  if (!(year >= 0 && date >= 1 && date <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 60)) {
    return undefined;
  }
  return ((daysSince1970(year, month, date) * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

/** Which of the three-letter names it is; −1 for none. */
function placeOf(name: string, names: string): number {
  const at = names.indexOf(name);
  return at % 4 === 0 ? at / 4 : -1;
}

/** The number that two digits make; NaN for what is not two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function daysIn(year: number, month: number): number {
  if (month !== 1) return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/**
 * Days of the proleptic Gregorian calendar from 1 January 1970, after H. Hinnant's "chrono-compatible low-level date
 * algorithms": years that begin in March, so that the leap day is the last of one.
 */
function daysSince1970(year: number, month: number, date: number): number {
  const y = month < 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + date - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
