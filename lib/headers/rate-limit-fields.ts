import { parseDictionary, parseList, type Item } from 'structured-headers';
import { omitUndefined } from '../base/omit-undefined.js';
import type { RateLimit } from './rate-limit-info.js';
import { headerValues } from './headers.js';

/** One limit as a server stated it. */
export type Limit = Omit<RateLimit, 'policy'>;
export type Policies = NonNullable<RateLimit['policy']>;

/** Longer fields are not read: the parser is not ours, and nothing bounds the time that it takes. */
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

/** The quota units that a policy names in `qu`, by the name of the policy. */
function readUnits(headers: unknown): ReadonlyMap<unknown, string> {
  const units = new Map<unknown, string>();
  (attempt(() => parseList(fieldOf(headers, 'ratelimit-policy'))) ?? []).forEach(([name, parameters]) => {
    const unit: unknown = parameters.get('qu');
    if (typeof unit === 'string') units.set(name, unit);
  });
  return units;
}

/** A limit that is called by what it counts. */
const NAMED_UNIT = /^(?:(?:input-|output-)?tokens|requests)$/;

/** `RateLimit: "default";r=50;t=30` (IETF draft 10 and 11): each item is a limit. */
export function readRateLimit(headers: unknown, policies: Policies | undefined): readonly Limit[] {
  const items = attempt(() => parseList(fieldOf(headers, 'ratelimit'))) ?? [];
  if (items.length === 0) return [];
  const units = readUnits(headers);
  return items.flatMap(([name, parameters]) => {
    const policy = policies?.find((each) => each.name === name) ?? (policies?.length === 1 ? policies[0] : undefined);
    const limit = omitUndefined<Limit>({
      limit: policy?.quota,
      remaining: quantity(parameters.get('r')),
      reset: milliseconds(quantity(parameters.get('t'))),
    });
    if (Object.keys(limit).length === 0) return [];
    const unit = units.get(name) ?? (typeof name === 'string' && NAMED_UNIT.test(name) ? name : 'requests');
    return [{ unit, ...limit }];
  });
}

/** `RateLimit: limit=100, remaining=50, reset=30`, the dictionary of earlier drafts. */
export function readDictionary(headers: unknown): readonly Limit[] {
  const dictionary = attempt(() => parseDictionary(fieldOf(headers, 'ratelimit')));
  const field = (name: string): number | undefined => quantity((dictionary?.get(name) as Item | undefined)?.[0]);
  const limit = omitUndefined<Limit>({
    limit: field('limit'),
    remaining: field('remaining'),
    reset: milliseconds(field('reset')),
  });
  return Object.keys(limit).length === 0 ? [] : [{ unit: 'requests', ...limit }];
}
