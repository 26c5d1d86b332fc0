import type { HeadersLike } from './headers.js';
import type { RateLimit } from './rate-limit-info.js';
import { readDictionary, readPolicies, readRateLimit } from './rate-limit-fields.js';
import { readHeaders } from './rate-limit-headers.js';
import { relevantHeaders } from './relevant-headers.js';
import { momentOf } from './retry-after.js';

/**
 * Returns every limit in a server's headers, each with its `unit`: the items of `RateLimit` (IETF
 * draft-ietf-httpapi-ratelimit-headers), `RateLimit-*` and `X-RateLimit-*`, OpenAI's `x-ratelimit-…-<unit>`, Anthropic's
 * `anthropic-ratelimit-<unit>-…`, Shopify's. Returns `[]` if they name none. `reset` is milliseconds from now. Never
 * throws, never returns NaN, and takes linear time.
 *
 * @param headers `Headers`, AxiosHeaders or a plain object in any case
 * @param now milliseconds since 1970; by default the answer's own `Date`, otherwise the clock
 *
 * @example
 * parseRateLimits({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' });
 * // [{ unit: 'tokens', remaining: 0, reset: 360000 }]
 */
export function parseRateLimits(headers: HeadersLike, now?: number): readonly RateLimit[] {
  try {
    const said = relevantHeaders(headers);
    if (said === undefined) return [];
    const listed = readRateLimit(said, readPolicies(said));
    return [...(listed.length > 0 ? listed : readDictionary(said)), ...readHeaders(said, momentOf(said, now))];
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
    return [];
  }
}
