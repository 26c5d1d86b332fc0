import fc from 'fast-check';
import { HttpError, parseRateLimit, parseRetryAfter, raiseForStatus } from 'tenax/http';
import type { Target } from './target.js';

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

/** Retry-After and the rate limit headers, and the errors that are made of an answer: no throw, no NaN, nothing negative. */
export const answers: Target = {
  name: 'answers',
  property: fc.property(headers, fc.integer({ min: 400, max: 599 }), fc.anything(), (sent, status, data) => {
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
  }) as never,
  parse: (long) => {
    const names = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-ratelimit-reset', 'date'];
    const sent = Object.fromEntries(names.map((name) => [name, long]));
    return [parseRetryAfter(sent), parseRateLimit(sent)];
  },
  pieces: ['1', 'a', ' ', ',', '"', '(', '1s', '1;', '9.', 'Mon, ', '\\"'],
};
