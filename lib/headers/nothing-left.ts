import type { HeadersLike } from './headers.js';
import { headerValues } from './headers.js';
import { countOf, KNOWN_REMAINING, resetOf, withPart } from './limit-values.js';
import { relevantHeaders } from './relevant-headers.js';
import { momentOf } from './retry-after.js';

/** Longer fields are not looked at. */
const LONGEST = 2000;

/**
 * Milliseconds until the reset of a limit that has nothing left; of several, the latest. It finds the same limits as
 * `parseRateLimits`, which a property checks. It has a reader of its own, without a parser for `RateLimit`, because every
 * program that uses `wait.retryAfter` loads it.
 *
 * @param now milliseconds since 1970; by default the answer's own `Date`, else the clock
 */
export function nothingLeftUntil(headers: HeadersLike, now?: number): number | undefined {
  const said = relevantHeaders(headers);
  if (said === undefined) return undefined;
  const moment = momentOf(said, now);
  const names = 'get' in said ? ['ratelimit-remaining', ...KNOWN_REMAINING] : Object.keys(said);
  const resets = [
    ...names.map((name) => {
      if (!name.includes('remaining') || countOf(said, name) !== 0) return undefined;
      return resetOf(said, withPart(name, 'reset-after'), moment) ?? resetOf(said, withPart(name, 'reset'), moment);
    }),
    ...resetsOfField(headerValues(said, 'ratelimit').join(', ')),
  ].filter((reset) => reset !== undefined);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

const seconds = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1000);

/** `"default";r=0;t=30` (IETF draft 10 and 11), or `remaining=0, reset=30` of earlier ones. */
function resetsOfField(text: string): readonly (number | undefined)[] {
  if (text.length > LONGEST) return [];
  // A name may hold what looks like a separator.
  const plain = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const reset = (part: string, left: string, time: string): number | undefined =>
    numberOf(part, left) === 0 ? seconds(numberOf(part, time)) : undefined;
  return [reset(plain, 'remaining', 'reset'), ...plain.split(',').map((item) => reset(item, 'r', 't'))];
}

function numberOf(text: string, key: string): number | undefined {
  const found = new RegExp(`(?:^|[;, ])${key}=(\\d+(?:\\.\\d+)?) *(?:[;,]|$)`).exec(text);
  return found === null ? undefined : Number(found[1]);
}
