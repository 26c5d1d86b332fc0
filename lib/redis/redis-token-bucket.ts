import { checkKeys } from '../base/check.js';
import {
  BUCKET_KEYS,
  bucketForSharedWindow,
  SHARED_KEYS,
  type BucketSize,
  type SharedOptions,
  type SharedWindowOptions,
} from '../limits/shared/bucket-options.js';
import { SharedTokenBucket } from '../limits/shared/shared-token-bucket.js';
import type { RedisClientLike } from './client.js';
import { storeOf } from './redis-store.js';

/** Options of a `RedisTokenBucket`. */
export interface RedisTokenBucketOptions extends SharedOptions, BucketSize {
  /** A client of ioredis or node-redis. One that is not connected yet is connected; its offline queue is not used. */
  readonly client: RedisClientLike;
}

/** Options of `RedisTokenBucket.forWindow`. */
export interface RedisWindowOptions extends Omit<SharedWindowOptions, 'store'> {
  /** A client of ioredis or node-redis. */
  readonly client: RedisClientLike;
}

/**
 * A `TokenBucket` that any number of processes share. It is kept under one Redis key, on the server's clock. A busy
 * process sends one command per grant; a lone caller that has to wait needs two.
 *
 * @throws TypeError or RangeError that names the option and what it takes.
 *
 * @example
 * ```ts no-run
 * import { Redis } from 'ioredis';
 * import { RedisTokenBucket } from 'tenax/redis';
 *
 * const bucket = new RedisTokenBucket({ client: new Redis(), key: 'api', rate: 100 });
 * await bucket.acquire();
 * ```
 */
export class RedisTokenBucket extends SharedTokenBucket {
  protected static override readonly what: string = 'RedisTokenBucket';

  constructor(options: RedisTokenBucketOptions) {
    checkKeys('RedisTokenBucket', options, ['client', ...SHARED_KEYS, ...BUCKET_KEYS]);
    const { client, ...rest } = options;
    super({ ...rest, store: storeOf('RedisTokenBucket', client) });
  }

  /**
   * Returns a bucket for a documented limit: no window of that length ever sees more than `limit`.
   *
   * @throws RangeError when `burst ≥ limit`: nothing would be left for the rate.
   */
  static override forWindow(options: RedisWindowOptions): RedisTokenBucket;
  /** Only for TypeScript, which lets no subclass narrow a static method. Pass `client`, not `store`. */
  static override forWindow(options: SharedWindowOptions): SharedTokenBucket;
  static override forWindow(options: RedisWindowOptions | SharedWindowOptions): RedisTokenBucket {
    return new RedisTokenBucket(
      bucketForSharedWindow('RedisTokenBucket.forWindow', options as RedisWindowOptions, 'client'),
    );
  }
}
