const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const MONTH = `(${MONTHS.join('|')})`;
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';

/** The three forms of RFC 9110, section 5.6.7: IMF-fixdate, RFC 850, asctime. All are in UTC. */
const IMF = new RegExp(`^${DAY}, (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`);
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** Longer text is no HTTP-date; not looking at it keeps garbage cheap. */
const LONGEST = 40;

/** Milliseconds since 1970 of an HTTP-date, or `undefined`. 31 Feb is none, nor is a date that is merely like one. */
export function parseHttpDate(text: string, now: number): number | undefined {
  if (text.length > LONGEST) return undefined;
  let m = IMF.exec(text);
  if (m !== null) return moment(m[3], m[2], m[1], m[4], m[5], m[6]);
  m = ASCTIME.exec(text);
  if (m !== null) return moment(m[6], m[1], m[2], m[3], m[4], m[5]);
  m = RFC850.exec(text);
  if (m === null) return undefined;
  // A two-digit year that seems more than 50 years ahead is the latest past one with these digits.
  const thisYear = new Date(now).getUTCFullYear();
  let year = Math.floor(thisYear / 100) * 100 + Number(m[3]);
  if (year > thisYear + 50) year -= 100;
  return moment(String(year), m[2], m[1], m[4], m[5], m[6]);
}

function moment(...parts: (string | undefined)[]): number | undefined {
  const [year, , day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  const month = MONTHS.indexOf(parts[1] as string);
  // 60 is a leap second.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month, day));
  if (midnight.getUTCDate() !== day || midnight.getUTCMonth() !== month) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}
