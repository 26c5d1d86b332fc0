/**
 * A million random headers and bodies through everything that parses what a server says: nothing throws, answers NaN or a
 * negative number, and the time grows no faster than the input. `npm run fuzz -- --runs 20000 --seed 1`.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { HttpError, parseRateLimit, parseRetryAfter, raiseForStatus } from 'tenax/http';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const numRuns = Number(values.runs ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

const NAMES = [
  'retry-after', 'retry-after-ms', 'date', 'ratelimit', 'ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining',
  'ratelimit-reset', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-ratelimit-reset-after',
  'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens', 'x-rate-limit-reset', 'x-shopify-shop-api-call-limit',
  'anthropic-ratelimit-requests-reset', 'Link', 'Content-Type',
]; // prettier-ignore

const text = fc.oneof(
  fc.string({ maxLength: 80, unit: 'binary' }),
  fc.stringMatching(/^[0-9;=,"rtqwsmhdTZGM .:+-]{0,80}$/),
  fc.double().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
);
const value = fc.oneof({ arbitrary: text, weight: 8 }, fc.array(text, { maxLength: 3 }), fc.anything());
const headers = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6, noNullPrototype: true });

const sound = (number: number | undefined): boolean => number === undefined || (number >= 0 && number < Infinity);

const begun = performance.now();
fc.assert(
  fc.property(headers, fc.integer({ min: 400, max: 599 }), fc.anything(), (sent, status, data) => {
    const info = parseRateLimit(sent);
    const numbers = [parseRetryAfter(sent), info?.limit, info?.remaining, info?.reset];
    for (const { quota, window } of info?.policy ?? []) numbers.push(quota, window);
    if (!numbers.every(sound)) throw new Error(`not sound: ${numbers.join()}`);
    try {
      raiseForStatus({ status, headers: sent, data, url: 'https://host/path' } as never);
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== status || !sound(error.retryAfter)) throw error;
      JSON.stringify(error);
    }
  }),
  { numRuns, seed },
);
const took = ((performance.now() - begun) / 1000).toFixed(1);

/** Nanoseconds for a character of a text twice as long must stay what they were, give or take the noise. */
const cost = (make: (n: number) => string, n: number): number => {
  const sent = {
    'retry-after': make(n),
    ratelimit: make(n),
    'ratelimit-policy': make(n),
    'x-ratelimit-reset': make(n),
    date: make(n),
  };
  const from = performance.now();
  for (let i = 0; i < 20; i += 1) {
    parseRetryAfter(sent);
    parseRateLimit(sent);
  }
  return performance.now() - from;
};
for (const piece of ['1', 'a', ' ', ',', '"', '(', '1s', '1;', '9.', 'Mon, ', '\\"']) {
  const make = (n: number): string => piece.repeat(n / piece.length);
  cost(make, 1000);
  const [small, large] = [cost(make, 20_000), cost(make, 640_000)];
  if (large > Math.max(small, 0.2) * 32 * 4)
    throw new Error(`${JSON.stringify(piece)} repeated is not linear: ${small} ms, ${large} ms`);
}
console.log(`${numRuns} random answers in ${took} s, seed ${seed}: nothing threw, nothing was NaN; time is linear`);
