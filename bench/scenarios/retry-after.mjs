import { retryAfter } from 'axios-retry';
import { parseRetryAfter } from '../../dist/node/http/index.js';
import { race } from '../measure.mjs';

/** One header value as it comes from a server. */
export const title = 'Retry-After, one value';
export const unit = 'ns';
export const floor = 'Number() of `120`';
export const columns = { value: 'ns' };
export const bars = {
  'tenax, `120`': { value: 20 },
  'tenax, a date': { value: 150 },
  'tenax, 10 kB of letters': { value: 50 },
};

/** Eight values of a kind by turns: one value alone would be computed once, by the compiler. */
const several = (make) => Array.from({ length: 8 }, (_, i) => make(i));

export default function run() {
  const begun = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  const now = begun - 30_000;
  const seconds = several((i) => ({ 'retry-after': String(120 + i) }));
  const dates = several((i) => ({ 'retry-after': new Date(begun + i * 1000).toUTCString() }));
  const letters = several((i) => ({ 'retry-after': 'x'.repeat(10_000 + i) }));
  const answers = (list) => list.map((headers) => ({ response: { headers } }));
  const [peerSeconds, peerDates, peerLetters] = [seconds, dates, letters].map(answers);
  return race(
    {
      [floor]: (i) => Number(seconds[i & 7]['retry-after']),
      'Date.parse() of a date': (i) => Date.parse(dates[i & 7]['retry-after']),
      'Date.parse() of 10 kB of letters': (i) => Date.parse(letters[i & 7]['retry-after']),
      'tenax, `120`': (i) => parseRetryAfter(seconds[i & 7], now),
      'tenax, a date': (i) => parseRetryAfter(dates[i & 7], now),
      'tenax, 10 kB of letters': (i) => parseRetryAfter(letters[i & 7], now),
      'axios-retry, `120`': (i) => retryAfter(peerSeconds[i & 7]),
      'axios-retry, a date': (i) => retryAfter(peerDates[i & 7]),
      'axios-retry, 10 kB of letters': (i) => retryAfter(peerLetters[i & 7]),
    },
    { sync: true, ms: 20 },
  );
}
