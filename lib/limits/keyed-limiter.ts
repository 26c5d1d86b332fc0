import { checkCallback, checkKeys, formatValue, isPlain } from '../base/check.js';
import { ignoreRejection } from '../base/thenable.js';
import { kindOf } from '../call/gate.js';
import type { RateLimiter } from './rate-limiter.js';

/**
 * Returns the limiter of a request: `TokenBuckets`, or one of your own. You can use it wherever a limiter is accepted. HTTP
 * clients pass their request, a policy of the core and `before.acquire` pass the call's state, and `@Throttle` passes
 * `{ self, args }`.
 */
export interface KeyedLimiter<Request = any> {
  /** Returns the limiter of this request. It is called for every attempt. */
  for(request: Request): RateLimiter;
}

/** One limiter for all requests, or one for each key. */
export type LimiterLike<Request = any> = RateLimiter | KeyedLimiter<Request>;

/**
 * A limit of a policy: a limiter, or a limiter with the cost of an attempt. The type leaves out the limiter's own `settle`, so
 * that TypeScript infers the parameters of the option `settle`.
 */
export type Limit<Request = any, Response = any> =
  | Omit<RateLimiter, 'settle'>
  | KeyedLimiter<Request>
  | {
      readonly limiter: RateLimiter | KeyedLimiter<Request>;
      /** Returns the tokens that an attempt takes; called once per attempt. With 0 the limit is skipped. Default 1. */
      readonly cost?: ((request: Request) => number) | undefined;
      /**
       * Returns what the attempt really cost; called for answers below 400. `undefined` leaves the charge unchanged.
       */
      readonly settle?:
        | ((response: Response, request: Request) => number | void | undefined | Promise<number | void | undefined>)
        | undefined;
    };

/** A checked limit in its long form. */
export interface LimitEntry {
  readonly limiter: LimiterLike;
  readonly cost: ((request: unknown) => unknown) | undefined;
  readonly settle: ((response: unknown, request: unknown) => unknown) | undefined;
}

/** Whether a value has the method of a keyed limiter. */
export const isKeyed = (value: unknown): value is KeyedLimiter =>
  typeof (value as Partial<KeyedLimiter> | null | undefined)?.for === 'function';

/** Whether a value has the method of a limiter. */
export const isRateLimiter = (value: unknown): value is RateLimiter =>
  typeof (value as Partial<RateLimiter> | null | undefined)?.acquire === 'function';

/** The limiter of a request. @throws TypeError if `for` returns anything else. */
export function limiterFor(limiter: LimiterLike, request: unknown): RateLimiter {
  if (!isKeyed(limiter)) return limiter;
  const own: unknown = ignoreRejection(limiter.for(request));
  if (isRateLimiter(own)) return own;
  throw new TypeError(`for must return a rate limiter, got ${formatValue(own)}`);
}

/** @throws TypeError for a value that is not a limiter. */
export function checkLimiter(where: string, value: unknown): LimiterLike {
  if ((isRateLimiter(value) || isKeyed(value)) && kindOf(value) === undefined) return value;
  throw new TypeError(`${where} takes a rate limiter (new TokenBucket({ rate: 10 })), got ${formatValue(value)}`);
}

/** Checks one limit or a list of limits. @throws TypeError that names the option and what it takes. */
export function readLimits(where: string, value: unknown): readonly LimitEntry[] {
  if (!Array.isArray(value)) return [readLimit(where, value)];
  if (value.length === 0) throw new TypeError(`${where} takes a rate limiter or a list of them, got an empty list`);
  return value.map((each) => readLimit(where, each));
}

function readLimit(where: string, value: unknown): LimitEntry {
  const given = value as { limiter?: unknown; cost?: unknown; settle?: unknown } | null | undefined;
  if (typeof given !== 'object' || given === null || !('limiter' in given) || isRateLimiter(given) || !isPlain(given)) {
    return { limiter: checkLimiter(where, value), cost: undefined, settle: undefined };
  }
  checkKeys(where, given, ['limiter', 'cost', 'settle']);
  const { limiter, cost, settle } = given;
  if (cost !== undefined) checkCallback(`${where}: cost`, cost, 'a function of the request');
  if (settle !== undefined) checkCallback(`${where}: settle`, settle, 'a function of the response and the request');
  return { limiter: checkLimiter(`${where}: limiter`, limiter), cost: cost as never, settle: settle as never };
}
