import { formatValue } from '../base/check.js';
import { printed, Strategy } from '../strategies/strategy.js';
import type { RetryOptions } from './options.js';

const UNNAMED = new WeakSet<object>();

/** Marks a part of a policy that no user named: a client adds it to each of its policies, and it is not written. */
export function unnamed<Part extends object>(part: Part): Part {
  UNNAMED.add(part);
  return part;
}

const isNamed = (value: unknown): boolean => !UNNAMED.has(value as object);

/** What users named, option by option. */
const namedIn = (options: RetryOptions<any>): (readonly [name: string, value: unknown])[] =>
  Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value)) return isNamed(value) ? [[name, value]] : [];
    const named = value.filter(isNamed);
    return named.length === 0 && value.length > 0 ? [] : [[name, named]];
  });

/** The options of a policy as code: what was named, in the order in which it was. */
export function printPolicy(options: RetryOptions<any>): string {
  const fields = namedIn(options).map(([name, value]) => `${name}: ${printOption(value)}`);
  return fields.length === 0 ? '' : `{ ${fields.join(', ')} }`;
}

function printOption(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printOption).join(', ')}]`;
  if (value instanceof Strategy) return String(value);
  if (typeof value === 'function') return value.name === '' ? '(…) => …' : value.name;
  if (typeof value === 'object') return formatValue(value).replace('an instance of ', '');
  return printed(value);
}

/**
 * The options of a policy as JSON: what was named.
 *
 * @throws TypeError that names the option which JSON cannot hold.
 */
export function policyToJSON(options: RetryOptions<any>): Record<string, unknown> {
  // JSON has no Infinity; an infinite limit means no limit.
  const named = namedIn(options).filter(([name, value]) => value !== Infinity || name === 'priority');
  return Object.fromEntries(named.map(([name, value]) => [name, jsonOption(name, value)]));
}

/**
 * The kind of value that each option has in JSON; undefined for an option that holds a function or an object of the process.
 * `policyFromJSON` and the schema read it too.
 */
export const JSON_KINDS = {
  stop: 'stop',
  wait: 'wait',
  retryIf: 'retryIf',
  before: undefined,
  after: undefined,
  beforeSleep: undefined,
  onSuccess: undefined,
  onGiveUp: undefined,
  reraise: 'flag',
  retryErrorClass: undefined,
  retryErrorCallback: undefined,
  sleep: undefined,
  clock: undefined,
  signal: undefined,
  attemptTimeout: 'duration',
  deadline: 'duration',
  budget: undefined,
  limiter: undefined,
  breaker: undefined,
  fallback: undefined,
  maxWait: 'duration',
  priority: 'finite',
  name: 'text',
  enabled: 'flag',
  random: undefined,
} as const satisfies Readonly<Record<keyof RetryOptions, string | undefined>>;

function jsonOption(name: string, value: unknown): unknown {
  if (JSON_KINDS[name as keyof RetryOptions] === undefined)
    throw new TypeError(`${name} cannot be written as JSON: it holds ${formatValue(value)}`);
  if (value instanceof Strategy) return value.toJSON();
  if (typeof value === 'function')
    throw new TypeError(`${name} cannot be written as JSON: it is ${formatValue(value)}`);
  if (value === Infinity || value === -Infinity)
    throw new TypeError(`${name} cannot be written as JSON: it is ${value}`);
  return value;
}
