import { checkClock, checkCallback, checkKeys, formatValue } from '../base/check.js';
import { GATE, type Gate, type GateBearer, type GateOptions } from '../call/gate.js';
import { allOf } from './all-of.js';
import { BUCKET_KEYS, type TokenBucketOptions } from './bucket-options.js';
import { limitGate } from './gate.js';
import type { HostedRequest as RequestLike } from '../base/host-of.js';
import { ignoreRejection } from '../base/thenable.js';
import { INSPECT, inspectFields, type InspectArguments } from '../base/inspect.js';
import { LIMITS_INSTEAD } from './instead.js';
import { KeyedEntries, type KeyOptions } from './keyed-entries.js';
import { isRateLimiter, type KeyedLimiter } from './keyed-limiter.js';
import { membersOf } from './members.js';
import type { RateLimiter } from './rate-limiter.js';
import { TokenBucket } from './token-bucket.js';

/** Options of `TokenBuckets`: those of every bucket, or a function that makes the limiter of a key. */
export type TokenBucketsOptions<Request = RequestLike> = KeyOptions<Request> &
  (
    | TokenBucketOptions
    | {
        /**
         * Makes the limiter of a key: a bucket, a `ConcurrencyLimiter`, or a list of limiters, for example. A limiter of
         * another library without the property `idle` is never dropped.
         */
        readonly bucket: (key: string) => RateLimiter | readonly RateLimiter[];
      }
  );

const KEYS = ['key', 'maxIdle', 'bucket', 'clock'];

/**
 * Keeps a limiter for each key, for example for each host, user or API key. A limiter is made when it is first needed. You
 * can use a `TokenBuckets` wherever a limiter is accepted.
 *
 * A limiter is dropped only if it is in the state of a new one (full, not paused, at its configured rate, no caller waiting)
 * and was not used for `maxIdle`. So dropping it never admits more. A limiter that you got from `get` stays the limiter of
 * its key for as long as you refer to it.
 *
 * @example
 * ```ts
 * import { TokenBuckets } from 'tenax';
 *
 * const perHost = new TokenBuckets({ rate: 10 });
 * await perHost.get('api.example.com').acquire();
 * ```
 */
export class TokenBuckets<Request = RequestLike> implements KeyedLimiter<Request>, GateBearer {
  readonly #entries: KeyedEntries<Request, RateLimiter>;

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: TokenBucketsOptions<Request>) {
    const bucket = (options as { bucket?: (key: string) => RateLimiter } | undefined)?.bucket;
    checkKeys(
      'TokenBuckets',
      options,
      [...new Set([...KEYS, ...(bucket === undefined ? BUCKET_KEYS : [])])],
      LIMITS_INSTEAD,
    );
    this.#entries = new KeyedEntries('TokenBuckets', options, makerOf(options), isLikeNew);
  }

  /** The number of limiters. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns the limiter of a request.
   *
   * @throws TypeError when `key` returns anything but a string.
   */
  for(request: Request): RateLimiter {
    return this.#entries.for(request);
  }

  /** Returns the limiter of a key. */
  get(key: string): RateLimiter {
    return this.#entries.get(key);
  }

  /** What Node prints. @internal */
  [INSPECT](...how: InspectArguments): string {
    return inspectFields(this, ['size'], how);
  }

  /** @internal */
  [GATE](all: readonly unknown[], options: GateOptions): Gate {
    return limitGate(all as never, options);
  }
}

function makerOf<Request>(options: TokenBucketsOptions<Request>): (key: string) => RateLimiter {
  const { bucket, clock } = options as Partial<{ bucket: (key: string) => unknown }> & TokenBucketOptions;
  if (bucket !== undefined) {
    checkCallback('TokenBuckets: bucket', bucket, 'a function of the key that returns a rate limiter');
    return (key) => limiterOf(ignoreRejection(bucket(key)));
  }
  const { rate, capacity, initial, adaptive, maxPending, unit } = options as TokenBucketOptions;
  const own = { rate, capacity, initial, adaptive, maxPending, unit, clock };
  const make = (): TokenBucket => new TokenBucket(own satisfies Record<keyof TokenBucketOptions, unknown>);
  if (clock !== undefined) checkClock('TokenBuckets: clock', clock);
  // Wrong options throw here rather than at the first request.
  make();
  return make;
}

function limiterOf(made: unknown): RateLimiter {
  if (Array.isArray(made)) return allOf(...(made as RateLimiter[]));
  if (isRateLimiter(made)) return made;
  throw new TypeError(
    `TokenBuckets: bucket takes a rate limiter (new TokenBucket({ rate: 10 })), got ${formatValue(made)}`,
  );
}

interface Droppable {
  readonly isLikeNew?: boolean;
  readonly idle?: unknown;
}

/** Whether a limiter says that it is in the state of a new one. */
const isLikeNew = (limiter: RateLimiter): boolean =>
  membersOf(limiter).every((member) => {
    const { isLikeNew: likeNew, idle } = member as Droppable;
    return (likeNew ?? idle) === true;
  });
