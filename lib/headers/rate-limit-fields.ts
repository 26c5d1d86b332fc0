import { parseDictionary, parseList, type Item } from 'structured-headers';
import { omitUndefined } from '../base/omit-undefined.js';
import type { RateLimitInfo } from './rate-limit-info.js';
import { headerValues } from './headers.js';

/** One limit as a server stated it. */
export type Limit = Omit<RateLimitInfo, 'policy'>;
type Policies = NonNullable<RateLimitInfo['policy']>;

/** Longer fields are not looked at: what parses them is not ours. */
const LONGEST = 2000;

/** All lines of a field as one list, which is what RFC 9110, section 5.3, makes of them; empty where there is none. */
function fieldOf(headers: unknown, name: string): string {
  const text = headerValues(headers, name).join(', ');
  return text.length > LONGEST ? '' : text;
}

/** Malformed structured fields are ignored as a whole (RFC 9651, section 4.2). */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

const quantity = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

/** `RateLimit-Policy: "burst";q=100;w=60`; earlier drafts wrote `100;w=60`. */
export function readPolicies(headers: unknown): Policies | undefined {
  const text = fieldOf(headers, 'ratelimit-policy');
  const policies = (attempt(() => parseList(text)) ?? []).flatMap(([name, parameters]) => {
    const quota = quantity(parameters.get('q')) ?? quantity(name);
    if (quota === undefined) return [];
    const window = milliseconds(quantity(parameters.get('w')));
    return [omitUndefined<Policies[number]>({ name: typeof name === 'string' ? name : undefined, quota, window })];
  });
  return policies.length === 0 ? undefined : policies;
}

/** `RateLimit: "default";r=50;t=30` (IETF draft 10 and 11), and the dictionary of earlier ones. */
export function readRateLimit(headers: unknown, policies: Policies | undefined): readonly Limit[] {
  const text = fieldOf(headers, 'ratelimit');
  const listed = (attempt(() => parseList(text)) ?? []).flatMap(([name, parameters]) => {
    const remaining = quantity(parameters.get('r'));
    if (remaining === undefined) return [];
    const policy = policies?.find((each) => each.name === name) ?? (policies?.length === 1 ? policies[0] : undefined);
    return [
      omitUndefined<Limit>({ limit: policy?.quota, remaining, reset: milliseconds(quantity(parameters.get('t'))) }),
    ];
  });
  if (listed.length > 0) return listed;
  const dictionary = attempt(() => parseDictionary(text));
  if (dictionary === undefined) return [];
  const field = (name: string): number | undefined => quantity((dictionary.get(name) as Item | undefined)?.[0]);
  const limit = omitUndefined<Limit>({
    limit: field('limit'),
    remaining: field('remaining'),
    reset: milliseconds(field('reset')),
  });
  return Object.keys(limit).length === 0 ? [] : [limit];
}
