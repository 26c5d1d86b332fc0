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

function imfFixdate(text: string): number | undefined {
  const month = placeOf(text.slice(8, 11), MONTHS);
  const punctuation = text[3] === ',' && text[4] === ' ' && text[7] === ' ' && text[11] === ' ' && text[16] === ' ';
  const zone = text[19] === ':' && text[22] === ':' && text.endsWith(' GMT');
  if (month < 0 || !punctuation || !zone || placeOf(text.slice(0, 3), DAYS) < 0) return undefined;
  const date = twoDigits(text, 5);
  const year = twoDigits(text, 12) * 100 + twoDigits(text, 14);
  const [hour, minute, second] = [twoDigits(text, 17), twoDigits(text, 20), twoDigits(text, 23)];
  // Dates repeat after 400 years of 146 097 days; Date.UTC takes years below 100 for others.
  const days = Date.UTC(year + 400, month, date) / 86_400_000 - 146_097;
  // NaN, where there are no digits, fails every comparison. 31 Feb would be another date. 60 is a leap second.
  if (!(new Date(days * 86_400_000).getUTCDate() === date && hour <= 23 && minute <= 59 && second <= 60))
    return undefined;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
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
