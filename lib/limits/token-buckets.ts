import { checkClock, checkDuration, checkFunction, checkKeys, formatValue } from '../base/check.js';
import { systemClock, type Clock } from '../base/clock.js';
import type { TokenBucketOptions } from './bucket-options.js';
import { checkLimiter, type KeyedLimiter } from './keyed-limiter.js';
import type { RateLimiter } from './rate-limiter.js';
import { TokenBucket } from './token-bucket.js';

/** What a request has to say for its host to be found: a config of axios has it, and what `retryingFetch` hands in. */
export interface RequestLike {
  readonly url?: string | undefined;
  readonly baseURL?: string | undefined;
}

interface KeyOptions<Request> {
  /** Names the bucket of a request. Default: its host. */
  readonly key?: ((request: Request) => string) | undefined;
  /** Milliseconds without use after which a bucket that is as good as new is let go. Default 60 000. */
  readonly maxIdle?: number | undefined;
}

/** Options of `TokenBuckets`: those of each bucket, or a function that makes it. */
export type TokenBucketsOptions<Request = RequestLike> = KeyOptions<Request> &
  (
    | TokenBucketOptions
    | {
        /**
         * Makes the limiter of a key: another rate for some, `TokenBucket.forWindow`, a `RedisTokenBucket`. One without
         * an `idle` property is never let go.
         */
        readonly bucket: (key: string) => RateLimiter;
        /** Default: the real time. */
        readonly clock?: Clock | undefined;
      }
  );

interface Entry {
  readonly limiter: RateLimiter & { readonly idle?: boolean };
  used: number;
}

const KEYS = ['key', 'maxIdle', 'bucket', 'clock'];

/**
 * A bucket for each key, host, user or API key, made when it is first asked for. It stands wherever a limiter is taken:
 *
 *     new RetryingAxios(instance, { limiter: new TokenBuckets({ rate: 10 }) })   // 10 a second for each host
 *
 * A bucket is let go only when it is no different from a new one: full, unpaused, at its rate, nobody waiting, and unused
 * for `maxIdle`. So to forget is never to admit more. Each use looks at the two that were used least recently: there is no
 * timer, and no walk through all of them.
 */
export class TokenBuckets<Request = RequestLike> implements KeyedLimiter<Request> {
  readonly #key: (request: Request) => string;
  readonly #make: (key: string) => RateLimiter;
  readonly #maxIdle: number;
  readonly #clock: Clock;
  /** In the order of their use. */
  readonly #entries = new Map<string, Entry>();

  /** @throws TypeError or RangeError that names the option and what it takes. */
  constructor(options: TokenBucketsOptions<Request>) {
    const bucket = (options as { bucket?: (key: string) => RateLimiter } | undefined)?.bucket;
    const bucketKeys = bucket === undefined ? ['rate', 'capacity', 'initial', 'adaptive'] : [];
    checkKeys('TokenBuckets', options, [...KEYS, ...bucketKeys]);
    const { key = hostOf, maxIdle = 60_000, clock = systemClock } = options;
    checkFunction('TokenBuckets: key', key, 'a function of the request that answers a string');
    this.#key = key as (request: Request) => string;
    this.#maxIdle = checkDuration('TokenBuckets: maxIdle', maxIdle, { infinite: true });
    checkClock('TokenBuckets: clock', clock);
    this.#clock = clock;
    if (bucket !== undefined) {
      checkFunction('TokenBuckets: bucket', bucket, 'a function of the key that answers a rate limiter');
      this.#make = bucket;
    } else {
      const { rate, capacity, initial, adaptive } = options as TokenBucketOptions;
      const rest = { rate, capacity, initial, adaptive, clock };
      const make = (): TokenBucket => new TokenBucket(rest);
      // Wrong options are told now rather than with the first request.
      make();
      this.#make = make;
    }
  }

  /** How many buckets there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The bucket of a request.
   *
   * @throws TypeError when `key` answers no string.
   */
  for(request: Request): RateLimiter {
    const key: unknown = this.#key(request);
    if (typeof key !== 'string') throw new TypeError(`TokenBuckets: key must answer a string, got ${formatValue(key)}`);
    return this.get(key);
  }

  /** The bucket of a key. */
  get(key: string): RateLimiter {
    const now = this.#clock.now();
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { limiter: checkLimiter('TokenBuckets: bucket', this.#make(key)) as RateLimiter, used: now };
    } else this.#entries.delete(key);
    entry.used = now;
    this.#entries.set(key, entry);
    this.#tidy(now, entry);
    return entry.limiter;
  }

  /** Two for each use: however fast new keys come, old ones go faster. */
  #tidy(now: number, current: Entry): void {
    let looked = 0;
    for (const [key, entry] of this.#entries) {
      // The one that is about to be used stays, however short maxIdle is.
      if (looked === 2 || entry === current || now - entry.used < this.#maxIdle) return;
      looked += 1;
      this.#entries.delete(key);
      if (entry.limiter.idle === true) continue;
      // Looked at again when it has been unused for as long once more.
      entry.used = now;
      this.#entries.set(key, entry);
    }
  }
}

const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/** The host that a request goes to; all whose address says none share a bucket. */
function hostOf({ url, baseURL }: RequestLike): string {
  const address = [url, baseURL].find((each) => ABSOLUTE.test(String(each)));
  // One that begins with // leaves only the scheme open.
  return address !== undefined && URL.canParse(address, 'http://x') ? new URL(address, 'http://x').host : '';
}
