import { omitUndefined } from '../base/omit-undefined.js';
import type { RateLimitInfo } from './rate-limit-info.js';
import { headerValues, type HeadersLike } from './headers.js';
import { readDictionary, readPolicies, readRateLimit, type Limit } from './rate-limit-fields.js';
import { readHeaders } from './rate-limit-headers.js';
import { relevantHeaders } from './relevant-headers.js';
import { momentOf, parseRetryAfter } from './retry-after.js';

/** How much of a limit is left, as a share if the whole is known. An unknown limit is not tight. */
function slack({ limit, remaining }: Limit): number {
  if (remaining === undefined) return Infinity;
  return limit === undefined || limit === 0 ? remaining : remaining / limit;
}

/** Of two limits the one that will be reached first; of equals the one that lasts longer. */
function tighter(one: Limit, other: Limit): Limit {
  if (slack(one) < slack(other)) return one;
  if (slack(one) > slack(other)) return other;
  return (other.reset ?? 0) > (one.reset ?? 0) ? other : one;
}

/**
 * Returns the rate limit in a server's headers. It reads `RateLimit` and `RateLimit-Policy` (IETF
 * draft-ietf-httpapi-ratelimit-headers, the earlier forms too), `X-RateLimit-*` as GitHub, X, OpenAI and Discord write
 * them, Anthropic's and Shopify's headers. Of several limits it returns the tightest; without a limit it returns `undefined`.
 * `reset` is milliseconds from now; a Retry-After takes precedence over it. It never throws, never returns NaN, and takes
 * linear time.
 *
 * @param headers `Headers`, AxiosHeaders or a plain object in any case
 * @param now milliseconds since 1970; by default the answer's own `Date`, otherwise the clock
 */
export function parseRateLimit(headers: HeadersLike, now?: number): RateLimitInfo | undefined {
  try {
    const said = relevantHeaders(headers);
    if (said === undefined) return undefined;
    const policy = readPolicies(said);
    const listed = readRateLimit(said, policy).filter(({ remaining }) => remaining !== undefined);
    const fields = listed.length > 0 ? listed : readDictionary(said);
    const limits = [...fields, ...readHeaders(said, momentOf(said, now))].map(({ unit: _unit, ...rest }) => rest);
    const limit = limits.length === 0 ? undefined : limits.reduce(tighter);
    const hasLimit =
      limit !== undefined ||
      ['retry-after-ms', 'x-ms-retry-after-ms'].some((name) => headerValues(said, name).length > 0);
    const reset = (hasLimit ? parseRetryAfter(headers, now) : undefined) ?? limit?.reset;
    const info = omitUndefined<RateLimitInfo>({ ...limit, reset, policy });
    return Object.keys(info).length === 0 ? undefined : info;
  } catch {
    // Headers of another library may throw when they are read: then they say nothing.
    return undefined;
  }
}
