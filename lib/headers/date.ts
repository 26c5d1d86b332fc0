const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const MONTH = `(${MONTHS.join('|')})`;
const TIME = '(\\d{2}:\\d{2}:\\d{2})';

/** The two older forms of RFC 9110, section 5.6.7: RFC 850 and asctime. All are in UTC. */
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^(${DAYS.join('|')}) ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** `Wed, 21 Oct 2026 07:28:00 GMT`: the form that servers send. Every part has its place, so no pattern is needed. */
const IMF_LENGTH = 29;

/**
 * Returns the milliseconds since 1970 of an HTTP-date, or `undefined` if the text is not one. 31 February is not valid.
 */
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

/** Three letters as one number: comparing numbers takes no new string. */
const letters = (text: string, at: number): number =>
  (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);

const DAY_LETTERS = /* @__PURE__ */ DAYS.map((name) => letters(name, 0));
const GMT = /* @__PURE__ */ letters('GMT', 0);
const MONTH_LETTERS = /* @__PURE__ */ MONTHS.map((name) => letters(name, 0));

function imfFixdate(text: string): number | undefined {
  const month = MONTH_LETTERS.indexOf(letters(text, 8));
  const punctuation = text[3] === ',' && text[4] === ' ' && text[7] === ' ' && text[11] === ' ' && text[16] === ' ';
  const zone = text[19] === ':' && text[22] === ':' && text[25] === ' ' && letters(text, 26) === GMT;
  if (month < 0 || !punctuation || !zone || !DAY_LETTERS.includes(letters(text, 0))) return undefined;
  const date = twoDigits(text, 5);
  const century = twoDigits(text, 12);
  const years = twoDigits(text, 14);
  const hour = twoDigits(text, 17);
  const minute = twoDigits(text, 20);
  const second = twoDigits(text, 23);
  // One of them is below 0, and so is their union, where digits are missing. 60 is a leap second.
  if ((date | century | years | hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  const year = century * 100 + years;
  if (date < 1 || date > daysOfMonth(year, month)) return undefined;
  const days =
    daysBefore(year) - EPOCH + (DAYS_BEFORE_MONTH[month] as number) + (month > 1 && isLeap(year) ? 1 : 0) + date - 1;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysOfMonth = (year: number, month: number): number =>
  month === 1 && isLeap(year) ? 29 : (DAYS_OF_MONTH[month] as number);

/** The days from the first day of the year 0 to that of another. The year 0 is a leap year. */
function daysBefore(year: number): number {
  const last = year - 1;
  return year * 365 + Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400) + 1;
}

const EPOCH = /* @__PURE__ */ daysBefore(1970);

/** The number of two digits; below 0 for anything else. A first character below `0` makes the result negative by itself. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
